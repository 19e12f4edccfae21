// Heat over time: one scale, no heat in silence, straight lines between windows; and what reads a video in windows. Read next: HeatVideoTests.cs.
using CsCheck;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests.HeatVideos;

public sealed class HeatTrackTests
{
    private static HeatWindow Window(double second, float[] map, bool silent = false) =>
        new(second, new HeatMap(2, 2, map), silent ? 0 : 0.5, 1, silent ? double.NegativeInfinity : -20, silent, [0.5f, -0.5f], [0.25f, 0.75f]);

    private static HeatTrack Track(params HeatWindow[] windows) => new(0.5, windows, 0.5 * windows.Length, 2, 1, new Half[4], 2, 0.25);

    [Fact]
    public void One_scale_serves_the_whole_video()
    {
        HeatTrack track = Track(Window(0, [0, 0, 0, 1]), Window(0.5, [0, 0, 0, 10]));
        HeatScale scale = HeatScale.Of(track.Windows);
        Assert.Equal(0.1f, scale.MapAt(track, 0).Values[3] / scale.MapAt(track, 0.5).Values[3], 0.05f);
        Assert.Equal(0, scale.MapAt(track, 0.5).Values[0]);
    }

    [Fact]
    public void Between_windows_heat_goes_in_a_straight_line_and_fades_where_silence_begins()
    {
        HeatTrack track = Track(Window(0, [0, 0, 0, 4]), Window(0.5, [0, 0, 4, 0]), Window(1, [9, 9, 9, 9], silent: true));
        HeatScale scale = HeatScale.Of(track.Windows);
        Assert.Equal([0, 0, 0.25f, 0.75f], scale.MapAt(track, 0.125).Values);
        Assert.Equal([0, 0, 0.5f, 0], scale.MapAt(track, 0.75).Values);
        Assert.Equal([0, 0, 0, 0], scale.MapAt(track, 1).Values);
        Assert.Equal([0, 0, 0, 0], scale.MapAt(track, 99).Values);
    }

    [Fact]
    public void A_video_that_is_silent_from_end_to_end_has_no_heat_and_no_numbers()
    {
        HeatTrack track = Track(Window(0, [0, 1, 2, 3], silent: true), Window(0.5, [0, 1, 2, 3], silent: true));
        Assert.All(HeatScale.Of(track.Windows).MapAt(track, 0.2).Values, value => Assert.Equal(0, value));
        HeatSecond second = Assert.Single(track.PerSecond());
        Assert.True(second is { Silent: true, Confidence: null, PeakX: null });
        Assert.All(second.Activities, activity => Assert.Equal(0, activity));
    }

    [Fact]
    public void A_second_is_the_mean_of_its_windows_that_sound()
    {
        HeatTrack track = Track(Window(0, [0, 0, 0, 4]), Window(0.5, [9, 0, 0, 0], silent: true), Window(1, [0, 8, 0, 0]), Window(1.5, [0, 0, 1, 0]));
        IReadOnlyList<HeatSecond> seconds = track.PerSecond();
        Assert.Equal([0, 1], seconds.Select(each => each.Second));
        Assert.Equal((0.75, 0.75), (seconds[0].PeakX, seconds[0].PeakY));
        Assert.Equal((0.75, 0.25), (seconds[1].PeakX, seconds[1].PeakY));
        Assert.Equal(0.5 * 0.25, seconds[1].Activities[0], 1e-6);   // cosine times share
        Assert.Equal(0, seconds[1].Activities[1]);                  // the two centres disagree
    }

    [Fact]
    public void Windows_of_a_rolling_sound_are_slices_of_the_whole_with_zeros_around()
    {
        Gen.Select(Gen.Int[1, 70_000], Gen.Int[1, 9000], Gen.Int[1, 12_000]).Sample((length, window, hop) =>
        {
            float[] all = [.. Enumerable.Range(1, length).Select(i => (float)i)];
            int given = 0;
            using RollingSound sound = new(span =>
            {
                int some = Math.Min(span.Length, length - given);
                all.AsSpan(given, some).CopyTo(span);
                given += some;
                return some;
            });
            for (long start = -window / 2; start < length + hop; start += hop)
            {
                float[] got = new float[window];
                sound.Window(start, got);
                for (int i = 0; i < window; i++) Assert.Equal(start + i >= 0 && start + i < length ? all[start + i] : 0, got[i]);
            }
            Assert.False(sound.Reaches(length + 1));
            Assert.Equal(length, sound.Length);
        }, iter: 30);
    }

    [Fact]
    public void The_frame_that_shows_is_the_last_one_that_began()
    {
        Picture[] pictures = [.. Enumerable.Range(0, 3).Select(i => new Picture(1, 1, [(byte)i, 0, 0]))];
        using NearestFrames frames = new([new TimedFrame(0.5, pictures[0]), new TimedFrame(0.9, pictures[1]), new TimedFrame(3, pictures[2])]);
        Assert.Equal([0, 0, 1, 1, 2, 2], new[] { 0, 0.89, 0.9, 2.9, 3, 10 }.Select(second => (int)frames.At(second).Rgb[0]));
        Assert.False(frames.Reaches(3.1));
        Assert.Equal(3, frames.LastSeconds);
    }

    [Fact]
    public void Every_letter_is_drawn_and_text_beyond_an_edge_is_cut()
    {
        foreach (char letter in "0123456789%()+-./:abcdefghijklmnopqrstuvwxyzABZ")
            Assert.Contains(Enumerable.Range(0, 35), i => SmallFont.IsSet(letter, i % 5, i / 5));
        Assert.DoesNotContain(Enumerable.Range(0, 35), i => SmallFont.IsSet(' ', i % 5, i / 5));
        Canvas canvas = new(8, 4);
        canvas.Text(-3, -2, "88", new Rgb(255, 255, 255), 2);
        Assert.Contains(canvas.Rgb, value => value == 255);
    }

    [Fact]
    public void Cold_places_keep_their_picture_and_hot_ones_are_coloured()
    {
        Picture frame = CliTestPictures.Grey(6, 4, 100);
        Canvas canvas = new(6, 6);
        HeatOverlay.Draw(frame, new HeatMap(2, 1, [0, 1]), canvas);
        Assert.Equal([100, 100, 100], canvas.Rgb[..3]);
        Rgb hot = new Rgb(100, 100, 100).Towards(ColourMap.Heat(1), HeatOverlay.Opacity(1));
        Assert.InRange(canvas.Rgb[15] - hot.R, -2, 2);
        Assert.InRange(canvas.Rgb[17] - hot.B, -2, 2);
        Assert.All(canvas.Rgb[(3 * 6 * 4)..], value => Assert.Equal(0, value));
    }
}

internal static class CliTestPictures
{
    public static Picture Grey(int width, int height, byte value)
    {
        byte[] rgb = new byte[3 * width * height];
        Array.Fill(rgb, value);
        return new Picture(width, height, rgb);
    }
}
