namespace RgpdCrm.Web.Commands;

/// <summary>The settings that the application would read: files beside it, then the environment.</summary>
internal static class Settings
{
    /// <summary>A verb says one clear line itself; the application's own log stays silent.</summary>
    public static string[] ForVerbs { get; } = ["--Logging:Level=Fatal"];

    public static ConfigurationManager Read() => WebApplication.CreateBuilder().Configuration;
}
