// clusters.json and members.csv: the same lists for a program. Read next: ClustersPage.cs.
using System.Text.Json;
using System.Text.Json.Nodes;
using Dcc.Data;

namespace Dcc.Cli;

internal static class ClusterFiles
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Json(ClusterPortraits portraits, JsonObject about)
    {
        about["units"] = portraits.Units;
        about["silent_units"] = portraits.SilentUnits;
        about["skipped"] = SkippedFiles.Json(portraits.Skipped);
        about["clusters"] = new JsonArray([.. portraits.Clusters.Select(each => new JsonObject
        {
            ["cluster"] = each.Cluster + 1, ["picture_use"] = each.PictureUse, ["sound_use"] = each.SoundUse, ["mean_cosine"] = each.MeanCosine,
            ["together"] = List(each.Together), ["seen"] = List(each.Seen), ["heard"] = List(each.Heard),
        })]);
        return about;
    }

    public static string Text(JsonObject json) => json.ToJsonString(indented) + "\n";

    public static string Csv(ClusterPortraits portraits) => EvaluationOutput.Csv([.. portraits.Clusters.SelectMany(each => new[] { ("together", each.Together), ("seen", each.Seen), ("heard", each.Heard) }
        .SelectMany(list => list.Item2.Select((member, rank) => new JsonObject
        {
            ["cluster"] = each.Cluster + 1, ["list"] = list.Item1, ["rank"] = rank + 1, ["score"] = member.Score, ["source"] = member.Source, ["start_second"] = member.Unit.StartSecond, ["end_second"] = member.Unit.EndSecond,
        })))]);

    private static JsonArray List(IReadOnlyList<ClusterMember> members) => new([.. members.Select(member => new JsonObject
    {
        ["source"] = member.Source, ["start_second"] = member.Unit.StartSecond, ["end_second"] = member.Unit.EndSecond, ["score"] = member.Score,
    })]);
}
