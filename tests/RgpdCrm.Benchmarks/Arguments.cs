using System.Globalization;

namespace RgpdCrm.Benchmarks;

/// <summary><c>[name] [--scale 0.1]</c>.</summary>
internal static class Arguments
{
    public static (string? Name, double Scale) Read(string[] args)
    {
        var at = Array.IndexOf(args, "--scale");
        var scale = at >= 0 && at + 1 < args.Length ? double.Parse(args[at + 1], CultureInfo.InvariantCulture) : 1;
        return (args.Where((_, i) => at < 0 || (i != at && i != at + 1)).FirstOrDefault(), scale);
    }
}
