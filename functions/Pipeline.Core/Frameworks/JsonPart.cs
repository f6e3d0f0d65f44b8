using System.Text.Json;

namespace Pipeline.Core.Frameworks;

/// <summary>A value of a JSON text that knows where it stands, which System.Text.Json's own documents do not.</summary>
internal abstract class JsonPart(JsonPlace place)
{
    /// <summary>The line on which the value starts, from 1.</summary>
    public long Line => place.Line;

    /// <summary>Such as <c>outcomes[2].indicators[0].code</c>; blank for the text as a whole.</summary>
    public string Path => place.Path;

    /// <param name="utf8">The whole text, without a byte order mark.</param>
    /// <param name="brokenLine">Where it stops being JSON; 0 when it never does.</param>
    /// <returns>Null when it is not JSON. The parser's own message is not passed on, since it may quote the text.</returns>
    public static JsonPart? Read(ReadOnlySpan<byte> utf8, out long brokenLine)
    {
        var scanner = new Scanner(utf8);
        try
        {
            var root = scanner.ReadNext(within: null, step: "");
            // Reads to the end, where nothing may follow.
            scanner.Next();
            brokenLine = 0;
            return root;
        }
        catch (JsonException e)
        {
            brokenLine = e.LineNumber.GetValueOrDefault() + 1;
        }
        catch (InvalidOperationException)
        {
            // Text that is no text: bytes that are not UTF-8, or half of an escaped surrogate pair.
            brokenLine = scanner.Line;
        }
        return null;
    }

    internal sealed class Object(JsonPlace place) : JsonPart(place)
    {
        /// <summary>As written, repeated names included.</summary>
        public List<JsonMember> Members { get; } = [];

        /// <summary>The first value of the name, or null.</summary>
        public JsonPart? this[string name] => Members.Find(m => m.Name == name)?.Value;
    }

    internal sealed class List(JsonPlace place) : JsonPart(place)
    {
        public List<JsonPart> Items { get; } = [];
    }

    internal sealed class Text(JsonPlace place, string value) : JsonPart(place)
    {
        public string Value => value;
    }

    internal sealed class Number(JsonPlace place, string written) : JsonPart(place)
    {
        public string Written => written;
    }

    internal sealed class YesNo(JsonPlace place, bool value) : JsonPart(place)
    {
        public bool Value => value;
    }

    internal sealed class Null(JsonPlace place) : JsonPart(place);

    private ref struct Scanner(ReadOnlySpan<byte> utf8)
    {
        private readonly ReadOnlySpan<byte> _utf8 = utf8;
        private Utf8JsonReader _reader = new(utf8);
        private int _counted;

        /// <summary>The line of the token read last.</summary>
        public long Line { get; private set; } = 1;

        public bool Next()
        {
            if (!_reader.Read())
                return false;
            int start = (int)_reader.TokenStartIndex;
            Line += _utf8[_counted..start].Count((byte)'\n');
            _counted = start;
            return true;
        }

        public JsonPart ReadNext(JsonPlace? within, string step)
        {
            Next();
            return ReadThis(within, step);
        }

        private JsonPart ReadThis(JsonPlace? within, string step)
        {
            var place = new JsonPlace(Line, within, step);
            switch (_reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    var members = new Object(place);
                    while (Next() && _reader.TokenType != JsonTokenType.EndObject)
                    {
                        string name = _reader.GetString()!;
                        long line = Line;
                        members.Members.Add(new JsonMember(name, line, ReadNext(place, name)));
                    }
                    return members;
                case JsonTokenType.StartArray:
                    var list = new List(place);
                    while (Next() && _reader.TokenType != JsonTokenType.EndArray)
                        list.Items.Add(ReadThis(place, $"[{list.Items.Count}]"));
                    return list;
                case JsonTokenType.String:
                    return new Text(place, _reader.GetString()!);
                case JsonTokenType.Number:
                    return new Number(place, System.Text.Encoding.ASCII.GetString(_reader.ValueSpan));
                case JsonTokenType.True or JsonTokenType.False:
                    return new YesNo(place, _reader.GetBoolean());
                default:
                    return new Null(place);
            }
        }
    }
}

/// <param name="Name">As written.</param>
/// <param name="Line">Where the name stands.</param>
/// <param name="Value">What it has.</param>
internal sealed record JsonMember(string Name, long Line, JsonPart Value);

/// <summary>
/// The path is put together only when a finding needs it: a file with a long name over many values would take all memory otherwise.
/// </summary>
internal sealed record JsonPlace(long Line, JsonPlace? Within, string Step)
{
    public string Path => PathOf(Within?.Path ?? "", Step);

    /// <param name="within">A path; blank: the text as a whole.</param>
    /// <param name="step">A property's name, or an index in brackets.</param>
    public static string PathOf(string within, string step) =>
        within.Length == 0 || step.StartsWith('[') ? within + step : $"{within}.{step}";
}
