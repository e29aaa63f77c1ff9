using System.Text.RegularExpressions;

namespace RgpdCrm.Tests.Deployment;

/// <summary>The files of this checkout, as an operator has them.</summary>
internal static partial class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>Every C# file under a folder, written by hand.</summary>
    public static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText);

    /// <summary>The settings of the README's two tables.</summary>
    public static List<string> ReadmeSettings()
    {
        var section = Read("README.md").Split("\n## ").Single(part => part.StartsWith("Configuration", StringComparison.Ordinal));
        var cells = section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')[1]);
        return [.. cells.SelectMany(cell => Quoted().Matches(cell).Select(m => m.Groups[1].Value)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The assignments of an environment file, unquoted.</summary>
    public static Dictionary<string, string> EnvironmentFile(string file) => Read(file).Split('\n')
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim('"'));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "RgpdCrm.sln"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
