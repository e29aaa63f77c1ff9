using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Npgsql;
using RgpdCrm.Core.Retention;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace RgpdCrm.Web.Hosting;

/// <summary>Logs tell ids, counts and route templates. Addresses, query strings and messages of exceptions can carry
/// a person's data (a search text is one), so none of them is ever written.</summary>
internal static class Logs
{
    private const string Line = "{Timestamp:yyyy-MM-ddTHH:mm:sszzz} {Level:u3} {SourceContext} {Message:lj}{Fault}{NewLine}";

    public static void AddLogs(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration;
        var level = settings.GetValue("Logging:Level", LogEventLevel.Information);
        var (folder, kept) = (settings["Logging:Folder"], Kept(settings));
        builder.Services.AddSerilog(logs =>
        {
            logs.MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
                // Production is not served with keys that lie open (CoreSetup).
                .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
                .MinimumLevel.Override("Hangfire", LogEventLevel.Warning)
                // These two put the exception's text, with values, into the message; whoever catches it reports it anyway.
                .MinimumLevel.Override("Microsoft.EntityFrameworkCore.Query", LogEventLevel.Fatal)
                .MinimumLevel.Override("Microsoft.EntityFrameworkCore.Update", LogEventLevel.Fatal)
                .MinimumLevel.Override("Microsoft.EntityFrameworkCore.Database", LogEventLevel.Fatal)
                // The one line on the error stream says it better.
                .Filter.ByExcluding(line => line.Exception is IOException { InnerException: AddressInUseException })
                .Enrich.With<FaultWithoutValues>()
                .WriteTo.Console(outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture, restrictedToMinimumLevel: level);
            // Web and worker may share the folder. Each day begins a file, and with it those of more than the months kept go.
            if (folder is { Length: > 0 })
                logs.WriteTo.File(Path.Combine(folder, "rgpdcrm-.log"), outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture, restrictedToMinimumLevel: level,
                    rollingInterval: RollingInterval.Day, retainedFileCountLimit: null, retainedFileTimeLimit: kept, shared: true);
        });
    }

    // A month counts 30 days here, so that six never exceed those of the calendar (181 at least).
    private static TimeSpan Kept(ConfigurationManager settings) => settings["Logging:KeptMonths"] is not { Length: > 0 } text ? TimeSpan.FromDays(30 * FixedPeriods.LogMonths)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var months) && months is >= 1 and <= FixedPeriods.LogMonths ? TimeSpan.FromDays(30 * months)
        : throw new WrongSettingException(T($"Le réglage Logging__KeptMonths attend un nombre de mois de 1 à {FixedPeriods.LogMonths} : {text}."));

    public static void UseRequestLogs(this WebApplication app) => app.UseSerilogRequestLogging(requests =>
    {
        requests.GetLevel = Level;
        requests.MessageTemplate = "{Method} {Route} {StatusCode} in {Elapsed:0} ms";
        requests.GetMessageTemplateProperties = (http, _, elapsed, status) =>
        [
            new LogEventProperty("Method", new ScalarValue(http.Request.Method)),
            new LogEventProperty("Route", new ScalarValue((http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "-")),
            new LogEventProperty("StatusCode", new ScalarValue(status)),
            new LogEventProperty("Elapsed", new ScalarValue(elapsed)),
        ];
    });

    // The proxy and the containers ask every few seconds; that all is well is not worth a line.
    private static LogEventLevel Level(HttpContext http, double elapsed, Exception? fault) =>
        fault is not null || http.Response.StatusCode >= StatusCodes.Status500InternalServerError ? LogEventLevel.Error
        : http.Request.Path.StartsWithSegments("/health") ? LogEventLevel.Debug
        : LogEventLevel.Information;

    /// <summary>Kind, SQL state and place of an exception, without its message.</summary>
    private sealed class FaultWithoutValues : ILogEventEnricher
    {
        private const int FramesShown = 12;

        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            if (logEvent.Exception is null) return;
            logEvent.AddOrUpdateProperty(new LogEventProperty("Fault", new ScalarValue(string.Concat(Chain(logEvent.Exception).Select(Describe)))));
        }

        private static string Describe(Exception e)
        {
            var frames = (e.StackTrace ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(FramesShown);
            var state = e is PostgresException { SqlState: var code } ? " " + code : "";
            return string.Join("\n   ", [$"\n  {e.GetType().FullName}{state}", .. frames]);
        }

        private static IEnumerable<Exception> Chain(Exception? exception)
        {
            for (; exception is not null; exception = exception.InnerException)
                yield return exception;
        }
    }
}
