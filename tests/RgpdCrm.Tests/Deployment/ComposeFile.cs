using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace RgpdCrm.Tests.Deployment;

/// <summary><c>docker-compose.yml</c> as Compose reads it: anchors merged, variables filled in.</summary>
internal sealed partial class ComposeFile
{
    private readonly Dictionary<string, string> _variables;

    /// <exception cref="MissingVariableException">A required variable has no value.</exception>
    public ComposeFile(Dictionary<string, string> variables)
    {
        _variables = variables;
        using var text = new StringReader(Checkout.Read("docker-compose.yml"));
        Tree = Map(Fill(new DeserializerBuilder().Build().Deserialize(new MergingParser(new Parser(text)))!));
        Services = Map(Tree["services"]).ToDictionary(service => service.Key, service => new ComposeService(service.Key, Map(service.Value)));
    }

    /// <summary>Every variable the file asks for.</summary>
    public static List<string> Asked =>
        [.. Variable().Matches(Checkout.Read("docker-compose.yml")).Select(m => m.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Those that stop Compose with a message when they are empty, and the message.</summary>
    public static Dictionary<string, string> Required => Variable().Matches(Checkout.Read("docker-compose.yml"))
        .Where(m => m.Groups["how"].Value == ":?").DistinctBy(m => m.Groups["name"].Value).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["text"].Value);

    public Dictionary<string, object> Tree { get; }

    public Dictionary<string, ComposeService> Services { get; }

    internal static Dictionary<string, object> Map(object node) =>
        ((Dictionary<object, object>)node).ToDictionary(pair => (string)pair.Key, pair => pair.Value);

    private object Fill(object node) => node switch
    {
        Dictionary<object, object> map => map.ToDictionary(pair => pair.Key, pair => pair.Value is null ? "" : Fill(pair.Value)),
        List<object> list => list.ConvertAll(Fill),
        var scalar => Variable().Replace(Convert.ToString(scalar, CultureInfo.InvariantCulture)!, Value),
    };

    private string Value(Match variable)
    {
        var (name, how, text) = (variable.Groups["name"].Value, variable.Groups["how"].Value, variable.Groups["text"].Value);
        return (_variables.GetValueOrDefault(name, ""), how) switch
        {
            ("", ":?") => throw new MissingVariableException($"{name}: {text}"),
            ("", ":-") => text,
            var (value, _) => value,
        };
    }

    [GeneratedRegex(@"\$\{(?<name>\w+)((?<how>:\?|:-)(?<text>[^}]*))?\}")]
    private static partial Regex Variable();
}

internal sealed class MissingVariableException(string message) : Exception(message);

/// <summary>One service: what Compose would start, and how.</summary>
internal sealed class ComposeService(string name, Dictionary<string, object> tree)
{
    public string Name => name;

    public Dictionary<string, string> Environment => tree.TryGetValue("environment", out var map)
        ? ComposeFile.Map(map).ToDictionary(pair => pair.Key, pair => (string)pair.Value) : [];

    public List<string> List(string key) => tree.TryGetValue(key, out var list) ? ((List<object>)list).ConvertAll(item => (string)item) : [];

    public Dictionary<string, object> Map(string key) => tree.TryGetValue(key, out var map) ? ComposeFile.Map(map) : [];

    public string Text(string key) => tree.TryGetValue(key, out var text) ? (string)text : "";
}

/// <summary>What the Dockerfile says of the image it makes.</summary>
internal static partial class Dockerfile
{
    public static List<string> Entrypoint => [.. Quoted().Matches(Entry().Match(Text).Value).Select(m => m.Groups[1].Value)];

    public static Dictionary<string, string> Environment => Assignment().Matches(Env().Match(Text).Value).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    /// <summary>The arguments of <c>dotnet publish</c>.</summary>
    public static string[] Publish => PublishLine().Match(Text).Groups[1].Value.Split(' ');

    public static string Text => Checkout.Read("Dockerfile");

    [GeneratedRegex("^ENTRYPOINT .*$", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex("^ENV (.*\\\\\n)*.*$", RegexOptions.Multiline)]
    private static partial Regex Env();

    [GeneratedRegex("^RUN dotnet (publish .*)$", RegexOptions.Multiline)]
    private static partial Regex PublishLine();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(\w+)=(\S+)")]
    private static partial Regex Assignment();
}
