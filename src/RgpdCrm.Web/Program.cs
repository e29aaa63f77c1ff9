using RgpdCrm.Web.Api;
using RgpdCrm.Web.Commands;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Jobs;
using RgpdCrm.Web.Mail;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web;

/// <summary>The executable: a command line verb, or the application when there is none.</summary>
public sealed class Program
{
    private Program() { }

    // A published application brings its files along, from whichever folder it is called.
    private static string? Published => Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot")) ? AppContext.BaseDirectory : null;

    public static Task<int> Main(string[] args) => CommandLine.RunAsync(args);

    /// <summary>The application, ready to be served: one line a concern.</summary>
    /// <param name="args">Settings as <c>--Section:Key=value</c>.</param>
    /// <param name="configure">Settings that outweigh every other source.</param>
    internal static WebApplication Build(string[] args, Action<IConfigurationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = Published });
        configure?.Invoke(builder.Configuration);

        builder.AddLogs();
        builder.AddCore();
        builder.AddKeys();
        builder.AddAccounts();
        builder.AddAccess();
        builder.AddProxy();
        builder.AddPages();
        builder.AddPublicForms();
        builder.AddFrame();
        builder.AddMail();
        builder.AddJobs();
        builder.AddHealth();
        builder.AddSiteCounter();

        var app = builder.Build();
        app.UseProxy();
        app.UseRequestLogs();
        app.UseFaultPage();
        app.UseSecurityHeaders();
        app.UseLanguages();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseClosedDoor();
        app.UseAuthorization();
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorPages().WithStaticAssets();
        app.MapJobDashboard();
        app.MapHealth();
        app.MapSiteCounter();
        app.MapPublishedPhotos();
        app.MapPublicForms();
        app.MapInquiryApi();
        app.MapMail();
        return app;
    }
}
