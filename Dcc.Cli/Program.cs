// Entry of the program "dcc".
System.Console.WriteLine("dcc");
