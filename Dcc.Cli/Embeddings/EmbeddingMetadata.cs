// What is stored beside embeddings: their columns, the model by its hash, and how files became what the networks saw. Read next: ../Commands/EmbedCommand.cs, ../../docs/embeddings.md.
using System.Text.Json.Nodes;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal static class EmbeddingMetadata
{
    /// <param name="model">The model.</param>
    /// <param name="modelPath">Its file.</param>
    /// <param name="hopSeconds">From one unit of a recording to the next.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="skipped">Files that could not be used.</param>
    /// <param name="complete">False if the run was stopped before its last file.</param>
    public static JsonObject Of(DccModel model, string modelPath, double hopSeconds, EmbeddingSpool rows, IReadOnlyList<SkippedSample> skipped, bool complete)
    {
        DccOptions options = model.Options;
        JsonObject columns = new()
        {
            ["file"] = "as it was named", ["modality"] = "audio or image", ["start_second"] = "of the unit, on the file's time line; 0 for a picture", ["end_second"] = "where its sound or frames end; 0 for a picture",
            ["embedding"] = $"{rows.Width} numbers: the global average of the network's last map",
        };
        if (rows.CentresWidth > 0) columns["centres"] = $"{options.Clusters} * {options.Dims} numbers: each cluster's centre at unit length";
        return new JsonObject
        {
            ["format"] = "dcc-embeddings-1",
            ["dcc"] = RunRecord.Version,
            ["model"] = Path.GetFileName(modelPath),
            ["model_sha256"] = ModelFile.Hash(modelPath),
            ["complete"] = complete,
            ["rows"] = rows.Rows.Count,
            ["width"] = rows.Width,
            ["columns"] = columns,
            ["preprocessing"] = Preprocessing(options, hopSeconds),
            ["skipped"] = SkippedFiles.Json(skipped),
        };
    }

    private static JsonObject Preprocessing(DccOptions options, double hopSeconds)
    {
        LogMelOptions mel = options.LogMel;
        return new JsonObject
        {
            ["picture"] = new JsonObject
            {
                ["size"] = options.FrameSize, ["resize"] = "to a square, bilinear, antialiased",
                ["scale"] = options.PictureScale switch { PictureScale.CaffeBgrMean => "caffe_bgr_mean", PictureScale.Torchvision => "torchvision", _ => "minus1_1" },
                ["of_a_unit"] = "the frame in its middle",
            },
            ["sound"] = new JsonObject
            {
                ["sample_rate"] = mel.SampleRate, ["channels"] = "mean", ["unit_samples"] = options.SamplesPerUnit, ["hop_seconds"] = Math.Round(hopSeconds, 6),
                ["window"] = mel.Window, ["hop"] = mel.Hop, ["fft"] = mel.FftLength, ["bands"] = mel.Bands, ["min_hz"] = mel.MinHz, ["max_hz"] = mel.MaxHz, ["mel"] = mel.Scale.ToString().ToLowerInvariant(),
                ["log"] = mel.Log.ToString().ToLowerInvariant(), ["log_offset"] = mel.LogOffset, ["frames"] = options.SpectrogramFrames, ["mean"] = options.SpectrogramMean, ["deviation"] = options.SpectrogramDeviation,
            },
        };
    }
}
