// Entry of the program "dcc". Read next: CommandLine.cs.
return await Dcc.Cli.CommandLine.Run(args);
