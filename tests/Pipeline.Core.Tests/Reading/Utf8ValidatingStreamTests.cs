using System.Text;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Tests.Reading;

/// <summary>Bytes pass unchanged or are refused, wherever the reads happen to end.</summary>
public class Utf8ValidatingStreamTests
{
    private const string Text = "a,é,€,😀\r\nb,\"x\n\ny\",\uFFFD,\u2028\r\n";

    [Fact]
    public void Text_passes_unchanged_however_it_is_split()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Text)];
        for (int buffer = 1; buffer <= bytes.Length + 1; buffer++)
        {
            for (int chunk = 1; chunk <= bytes.Length; chunk++)
                Assert.Equal(bytes, ReadAll(new ChunkedStream(bytes, chunk), buffer));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xF0, 0xF0, 0xF0, 0xF0, 0xF0, 0xF0 })] // Every one begins a character.
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xC3, 0xC3, 0xA9 })]
    [InlineData(new byte[] { 0xC0, 0xAF })] // Longer than need be.
    [InlineData(new byte[] { 0xE0, 0x80, 0xAF })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })] // Half a pair of UTF-16.
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 })]
    [InlineData(new byte[] { 0xF0, 0xC3, 0xA9 })]
    [InlineData(new byte[] { 0xF0, 0xE2, 0x82, 0xAC })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })] // Beyond the last code point.
    [InlineData(new byte[] { 0xF8, 0x88, 0x80, 0x80, 0x80 })]
    public void What_is_not_UTF8_is_refused_at_its_line_however_it_is_split(byte[] wrong)
    {
        foreach (byte[] after in (byte[][])[[], [(byte)'z'], Encoding.UTF8.GetBytes("é\nz\n")])
        {
            byte[] bytes = [.. Encoding.UTF8.GetBytes("first\nsecond,é\nthird,"), .. wrong, .. after];
            for (int buffer = 1; buffer <= bytes.Length + 1; buffer++)
            {
                var refused = Assert.Throws<RefusedException>(() => ReadAll(new ChunkedStream(bytes, 1), buffer));
                Assert.Equal((Rules.FileNotUtf8, 3), (refused.Rule, refused.Line));
            }
        }
    }

    [Theory]
    [InlineData("first\r\nsecond\rthird\n", 2)]
    [InlineData("first\r\r\nsecond\n", 1)]
    [InlineData("first\n\rsecond\n\r", 2)]
    [InlineData("first\r\nsecond\r", 2)]
    [InlineData("\"a\rb\"\n", 1)]
    public void A_carriage_return_alone_is_refused_at_its_line_however_it_is_split(string text, long line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int buffer = 1; buffer <= bytes.Length + 1; buffer++)
        {
            var refused = Assert.Throws<RefusedException>(() => ReadAll(new ChunkedStream(bytes, 1), buffer));
            Assert.Equal((Rules.LineEndsInCarriageReturn, line), (refused.Rule, refused.Line));
        }
    }

    [Fact]
    public void A_file_of_the_limit_passes_and_one_byte_more_is_refused()
    {
        byte[] bytes = new byte[100];
        Array.Fill(bytes, (byte)'a');

        Assert.Equal(bytes, ReadAll(new MemoryStream(bytes), 7, limit: 100));
        Assert.Equal(Rules.FileTooLarge, Assert.Throws<RefusedException>(() => ReadAll(new MemoryStream(bytes), 7, limit: 99)).Rule);
    }

    [Fact]
    public void The_inner_stream_stays_open()
    {
        var inner = new MemoryStream("a\n"u8.ToArray());
        new Utf8ValidatingStream(inner, 10).Dispose();
        Assert.True(inner.CanRead);
    }

    private static byte[] ReadAll(Stream inner, int bufferSize, long limit = 1 << 20)
    {
        using var guarded = new Utf8ValidatingStream(inner, limit);
        var all = new MemoryStream();
        guarded.CopyTo(all, bufferSize);
        return all.ToArray();
    }
}
