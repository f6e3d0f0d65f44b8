using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Infra.Tests.PowerBi;

/// <summary>The part of DAX that the measures are written in, as a tree.</summary>
internal abstract partial record Dax
{
    public sealed record Literal(object? Value) : Dax;

    public sealed record Column(ColumnName Name) : Dax;

    /// <summary>A measure, by its name alone.</summary>
    public sealed record MeasureCall(string Name) : Dax;

    /// <summary>A table of the model or a variable.</summary>
    public sealed record Word(string Name) : Dax;

    public sealed record Call(string Function, IReadOnlyList<Dax> Arguments) : Dax;

    public sealed record Binary(string Operator, Dax Left, Dax Right) : Dax;

    public sealed record OneOf(Dax Value, IReadOnlyList<Dax> Values) : Dax;

    public sealed record Let(string Name, Dax Value, Dax In) : Dax;

    /// <exception cref="FormatException">It is no DAX, or more than these tests know.</exception>
    public static Dax Parse(string text)
    {
        var parser = new Parser(text);
        var parsed = parser.Expression();
        parser.End();
        return parsed;
    }

    /// <summary>This and everything in it.</summary>
    public IEnumerable<Dax> All() => new[] { this }.Concat((this switch
    {
        Call call => call.Arguments,
        Binary binary => [binary.Left, binary.Right],
        OneOf one => [one.Value, .. one.Values],
        Let let => [let.Value, let.In],
        _ => [],
    }).SelectMany(part => part.All()));

    private sealed partial class Parser(string text)
    {
        private static readonly string[][] Levels = [["||"], ["&&"], ["=", "<>", "<=", ">=", "<", ">"], ["+", "-"], ["*", "/"]];

        private readonly List<string> _tokens = [.. Tokens().Matches(text).Select(m => m.Value).Where(t => !string.IsNullOrWhiteSpace(t))];
        private int _at;

        private string Next => _at < _tokens.Count ? _tokens[_at] : "";

        public void End()
        {
            if (_at < _tokens.Count)
                throw new FormatException($"{Next} is one too many.");
        }

        public Dax Expression()
        {
            if (!Take("VAR"))
                return Level(0);
            string name = Any();
            Must("=");
            var value = Level(0);
            // Several variables may follow one another before what is returned.
            if (Next != "VAR")
                Must("RETURN");
            return new Let(name, value, Expression());
        }

        private Dax Level(int level)
        {
            if (level == Levels.Length)
                return Atom();
            var left = Level(level + 1);
            while (true)
            {
                if (Array.Find(Levels[level], o => o == Next) is { } found)
                {
                    _at++;
                    left = new Binary(found, left, Level(level + 1));
                }
                else if (level == 2 && Take("IN"))
                {
                    Must("{");
                    left = new OneOf(left, List("}"));
                }
                else
                {
                    return left;
                }
            }
        }

        private Dax Atom()
        {
            string token = Any();
            if (token is "(")
            {
                var inner = Expression();
                Must(")");
                return inner;
            }

            if (token[0] == '"')
                return new Literal(token[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal));
            if (char.IsAsciiDigit(token[0]))
                return new Literal(double.Parse(token, CultureInfo.InvariantCulture));
            if (token[0] == '[')
                return new MeasureCall(token[1..^1]);
            if (token[0] != '\'' && !char.IsLetter(token[0]))
                throw new FormatException($"{token} stands where a value is expected.");
            if (Take("("))
                return new Call(token, List(")"));
            return Next is ['[', ..] ? new Column(new(token.Trim('\''), Any()[1..^1])) : new Word(token.Trim('\''));
        }

        private List<Dax> List(string end)
        {
            var list = new List<Dax>();
            while (!Take(end))
            {
                if (list.Count > 0)
                    Must(",");
                list.Add(Expression());
            }

            return list;
        }

        private bool Take(string token)
        {
            if (Next != token)
                return false;
            _at++;
            return true;
        }

        private void Must(string token)
        {
            if (!Take(token))
                throw new FormatException($"{token} is missing before {(Next.Length == 0 ? "the end" : Next)}.");
        }

        private string Any() => _at < _tokens.Count ? _tokens[_at++] : throw new FormatException("The expression breaks off.");

        [GeneratedRegex(@"\s+|""(?:[^""]|"""")*""|'[^']*'|\[[^\]]*\]|\d+(?:\.\d+)?|\w+|&&|\|\||<>|<=|>=|.", RegexOptions.Singleline)]
        private static partial Regex Tokens();
    }
}
