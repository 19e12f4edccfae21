// Small folders in the layouts of published data sets, with the oddities that those have. Read next: ../../Dcc.Data/DataSets/DataSetFolder.cs.
using Dcc.Cli;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests.DataSets;

public sealed class DataSetTests : IDisposable
{
    private static readonly byte[] png = Png.OfGrey(4, 4, new byte[16]);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private void Text(string name, string text) => File.WriteAllText(Prepare(name), text);

    private void Sound(string name) => WavWriter.Write(Prepare(name), new Sound(new float[800], 16000));

    private void Picture(string name) => File.WriteAllBytes(Prepare(name), png);

    private string Prepare(string name)
    {
        string path = folder.Path(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private DataSetContents Read(string? list = null) => DataSetFolder.Recognise(folder.Path(""), list is null ? null : folder.Path(list));

    [Fact]
    public void Esc50_takes_folds_as_groups_and_names_what_is_missing()
    {
        Text("meta/esc50.csv", "filename,fold,target,category,esc10,src_file,take\r\n1-100032-A-0.wav,1,0,dog,True,100032,A\r\n2-7-B-5.wav,2,5,\"cat, purring\",False,7,B\r\n../evil.wav,3,1,x,False,1,A\r\n5-9-A-1.wav,5,1,rooster,True,9,A\r\n");
        Sound("audio/1-100032-A-0.wav");
        Sound("audio/2-7-B-5.wav");
        Sound("evil.wav");
        DataSetContents found = Read();
        Assert.Equal(Esc50.Layout, found.Layout);
        Assert.Equal([("1-100032-A-0.wav", "dog", "1"), ("2-7-B-5.wav", "cat, purring", "2")], found.Sounds.Select(sound => (sound.Id, sound.Label, sound.Group)));
        Assert.Equal(["../evil.wav", "5-9-A-1.wav"], found.Missing.Select(sample => sample.Id));
        Assert.Contains(found.Notes, note => note.Contains("2000 clips, this copy 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Esc50_without_a_column_is_refused()
    {
        Text("meta/esc50.csv", "filename,target,category\na.wav,0,dog\n");
        Assert.Contains("no column \"fold\"", Assert.Throws<DataException>(() => Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dcase_takes_classes_from_names()
    {
        foreach (string name in new[] { "bus01", "tubestation10", "notaclass01", "bus" }) Sound($"train/scenes_stereo/{name}.wav");
        Sound("test/scenes_stereo/bus01.wav");
        DataSetContents found = Read();
        Assert.Equal(DcaseScenes.Layout, found.Layout);
        Assert.Equal([("bus", "train"), ("tubestation", "train"), ("bus", "test")], found.Sounds.Select(sound => (sound.Label, sound.Group)));
    }

    [Fact]
    public void Dcase_takes_lists_before_names()
    {
        Text("train.txt", "scenes/my file.wav 3\nscenes/gone.wav 1\nscenes/x.wav eleven\n/etc/passwd 1\n../x.wav 1\n");
        Text("test.txt", "scenes/my file.wav 9\n");
        Sound("scenes/my file.wav");
        DataSetContents found = Read();
        Assert.Equal([("openairmarket", "train"), ("tubestation", "test")], found.Sounds.Select(sound => (sound.Label, sound.Group)));
        Assert.Equal(4, found.Missing.Count);
    }

    private const string Annotation = """
        <annotation><creator>x</creator>
        <anno1><bbox><label>car</label><xmin>1</xmin><ymin>2</ymin><xmax>256</xmax><ymax>200</ymax></bbox></anno1>
        <anno2></anno2>
        <anno3><bbox><a>dog 5</a><b>10</b><c>20</c><d>30</d><e> 40 </e></bbox><bbox><a>1</a><b>10</b></bbox></anno3>
        </annotation>
        """;

    [Fact]
    public void Flickr_boxes_are_found_in_every_digit_and_in_every_shape_of_xml()
    {
        Text("Annotations/123.xml", Annotation);
        Picture("Data/7/123.jpg");
        Sound("Data/7/123.wav");
        Text("Annotations/456.xml", Annotation);
        Picture("frames/456.jpg");
        Text("Annotations/789.xml", "<a><bbox>");
        Picture("frames/789.jpg");
        Sound("audio/789.wav");
        DataSetContents found = Read();
        Assert.Equal(FlickrSoundNetBoxes.Layout, found.Layout);
        BoxedPair pair = Assert.Single(found.Boxes);
        Assert.Equal([new AnnotatedBox(1, 2, 256, 200, 256, 256), new AnnotatedBox(10, 20, 30, 40, 256, 256)], pair.Boxes);
        Assert.Contains("456.wav", found.Missing.Single(sample => sample.Id == "456").Reason, StringComparison.Ordinal);
        Assert.Contains("cannot be read", found.Missing.Single(sample => sample.Id == "789").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test_list.txt", "3908875350.png\n11.png\n")]
    [InlineData("flickr_test.csv", "3908875350,17\r\n11,3\r\n")]
    [InlineData("other.csv", "3908875350,some label\r\n11,a\r\n")]
    public void Flickr_lists_pick_the_test_set(string name, string text)
    {
        foreach (string id in new[] { "11", "22" })
        {
            Text($"Annotations/{id}.xml", Annotation);
            Picture($"frames/{id}.jpg");
            Sound($"audio/{id}.wav");
        }
        Text(name, text);
        DataSetContents found = Read(name == "other.csv" ? name : null);
        Assert.Equal("11", Assert.Single(found.Boxes).Id);
        Assert.Equal("3908875350", Assert.Single(found.Missing).Id);
        Assert.Contains(found.Notes, note => note.Contains("249 or 250", StringComparison.Ordinal));
    }

    [Fact]
    public void External_entities_are_not_followed()
    {
        Text("secret.txt", "1");
        Text("Annotations/1.xml", $"<!DOCTYPE a [<!ENTITY x SYSTEM \"file://{folder.Path("secret.txt")}\">]><a><bbox><l>c</l><p>&x;</p><p>2</p><p>3</p><p>4</p></bbox></a>");
        Picture("frames/1.jpg");
        Sound("audio/1.wav");
        DataSetContents found = Read();
        Assert.True(found.Boxes.Count == 0 || found.Boxes[0].Boxes.Count == 0); // refused, or the entity is nothing and three numbers are no box
    }

    [Fact]
    public void VggSs_keeps_garbage_and_several_boxes_and_finds_both_names()
    {
        Text("vggss.json", """[{"file": "-_uWikuVorY_000032", "class": "elk, bugling", "bbox": [[0.1, 0.2, -2.9e16, 0.4], [0, 0, 1, 1]]}, {"file": "gone_000001", "class": "x", "bbox": [[0,0,1,1]]}, {"class": "y"}]""");
        Text("vggss_test.csv", "-_uWikuVorY_000032\ngone_000001\nother_000005\n");
        Picture("frames/-_uWikuVorY_32000_42000.jpg");
        Sound("audio/-_uWikuVorY_000032.wav");
        DataSetContents found = Read();
        Assert.Equal(VggSs.Layout, found.Layout);
        BoxedPair pair = Assert.Single(found.Boxes);
        Assert.Equal("elk, bugling", pair.Label);
        Assert.Equal([-2.9e16, 1.0], pair.Boxes.Select(box => box.Right));
        Assert.Equal(3, found.Missing.Count);
    }

    [Fact]
    public void Music_boxes_are_corner_and_size()
    {
        Text("solotest.json", """{"abc/frame_007/00003.jpg": {"bbox": [{"box": [64, 36, 64, 72], "normbox": [0.1, 0.1, 0.1, 0.2], "category_id": 11}, {"normbox": [0, 0, 1]}], "wdith": 640, "height": 360}, "odd": {}}""");
        Picture("video_frames/abc/frame_007/00003.jpg");
        Sound("audio_frames/abc/007.wav");
        DataSetContents found = Read();
        Assert.Equal(MusicBoxes.Layout, found.Layout);
        AnnotatedBox box = Assert.Single(Assert.Single(found.Boxes).Boxes);
        Assert.Equal(("violin", 0.1, 0.1), (box.Label, box.Left, box.Top));
        Assert.Equal(0.2, box.Right, 12);
        Assert.Equal(0.3, box.Bottom, 12);
        Assert.Equal("odd", Assert.Single(found.Missing).Id);
    }

    [Fact]
    public void Clip_lists_of_every_kind_are_read()
    {
        Text("vggsound.csv", "---g-f_I2yQ,1,people marching,test\n__x,30,\"people, shouting\",train\nbad,row\n");
        Text("eval_segments.csv", "# Segments csv created Sun Mar  5 10:54:25 2017\n# num_ytids=2, num_segs=2\n# YTID, start_seconds, end_seconds, positive_labels\n-0RWZT-miFs, 420.000, 430.000, \"/m/03v3yw,/m/0k4j\"\n");
        Text("class_labels_indices.csv", "index,mid,display_name\n0,/m/0k4j,\"Car, vehicle\"\n");
        Text("MUSIC_duet_videos.json", """{"version": 1.0, "videos": {"flute violin": ["id1", "id2"], "tuba": []}}""");
        DataSetContents found = Read();
        Assert.Equal(ClipLists.Layout, found.Layout);
        Assert.Equal(["---g-f_I2yQ", "__x", "-0RWZT-miFs", "id1", "id2"], found.Clips.Select(clip => clip.VideoId));
        Assert.Equal(["people, shouting"], found.Clips[1].Labels);
        Assert.Equal((420.0, 430.0, "eval"), (found.Clips[2].Start, found.Clips[2].End, found.Clips[2].Part));
        Assert.Equal(["/m/03v3yw", "Car, vehicle"], found.Clips[2].Labels);
        Assert.Equal(["flute", "violin"], found.Clips[3].Labels);
        Assert.Single(found.Missing);
    }

    [Fact]
    public void Raw_Flickr_is_found_by_the_digits_of_its_ids()
    {
        Sound("mp3/videos/7/8/9/123456789.mp4.mp3");
        Picture("frames/videos/7/8/9/123456789.mp4/00001.jpg");
        Sound("mp3/videos2/2/3/4/5/6/7/8/0/12345670.mp4.mp3");
        Picture("frames/videos2/2/3/4/5/6/7/8/0/12345670.mp4/00001.jpg");
        Assert.Contains("--list", Assert.Throws<DataException>(() => Read()).Message, StringComparison.Ordinal);
        Text("flickr_10k.txt", "123456789\n223456780\n12a\n");
        DataSetContents found = Read();
        Assert.Equal("123456789", Assert.Single(found.Clips).VideoId);
        Assert.Equal(2, found.Missing.Count);
    }

    [Fact]
    public void A_folder_a_class_deals_folds_or_takes_train_and_test()
    {
        foreach (string name in new[] { "dog/1.wav", "dog/2.wav", "cat/1.WAV", "pictures/a.png" })
            if (name.EndsWith("png", StringComparison.Ordinal)) Picture(name);
            else Sound(name);
        DataSetContents found = Read();
        Assert.Equal([("cat", "1"), ("dog", "1"), ("dog", "2")], found.Sounds.Select(sound => (sound.Label, sound.Group)));
        Assert.Equal("pictures", Assert.Single(Assert.Single(found.Pictures).Labels));
    }

    [Fact]
    public void An_unknown_folder_is_answered_with_the_layouts_that_are_known()
    {
        Text("readme.txt", "hello");
        string message = Assert.Throws<DataException>(() => Read()).Message;
        Assert.All(["ESC-50", "vggss.json", "docs/data-sets.md"], part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.Contains("is no folder", Assert.Throws<DataException>(() => DataSetFolder.Recognise(folder.Path("nowhere"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_doctor_finds_broken_files_and_counts_the_rest()
    {
        foreach (string name in new[] { "dog/1.wav", "dog/2.wav", "cat/1.wav", "cat/2.wav" }) Sound(name);
        File.WriteAllBytes(folder.Path("dog/2.wav"), []);
        File.WriteAllBytes(folder.Path("cat/2.wav"), File.ReadAllBytes(folder.Path("cat/1.wav"))[..200]);
        File.WriteAllBytes(Prepare("cat/3.png"), png[..^5]);
        DataSetDiagnosis found = DataSetDoctor.Examine(Read());
        Assert.Equal(2, found.Evaluated);
        Assert.Equal(["cat/2.wav", "cat/3.png", "dog/2.wav"], found.Broken.Select(sample => Path.GetRelativePath(folder.Path(""), sample.Id).Replace('\\', '/')).Order());
        Assert.Equal(4, found.Counts["sounds"]);
        Assert.Contains("\"evaluated\": 2", found.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_doctor_prints_counts_and_the_number_that_will_be_used()
    {
        Sound("dog/1.wav");
        Sound("cat/1.wav");
        CliResult result = await RunCli.Run(["data", "doctor", folder.Path(""), "--out", folder.Path("found.json")]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("An evaluation will use 2 samples.", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.Path("found.json")));
        CliResult unknown = await RunCli.Run(["data", "doctor", folder.Path("dog/..//nothing")]);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("is no folder", unknown.Error, StringComparison.Ordinal);
    }
}
