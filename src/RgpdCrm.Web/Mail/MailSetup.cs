using MailKit.Security;
using MimeKit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Mail;

/// <summary>Where mails leave from, how they are rendered, and where they can be read before anyone receives them.</summary>
internal static class MailSetup
{
    public const int DefaultPort = 587, DefaultReturnsPort = 993, DefaultPerMinute = 60, DefaultPerDay = 5_000;

    public static void AddMail(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(provider => Transport(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<IHostEnvironment>(), provider.GetRequiredService<Agency>()));
        services.AddSingleton(provider => Limits(provider.GetRequiredService<IConfiguration>()));
        services.AddScoped<MailRenderer>();
        services.AddScoped<RenderMail>(provider => provider.GetRequiredService<MailRenderer>().RenderAsync);
        services.AddScoped<MailDrain>();
        services.AddScoped(provider => new Bounces(provider.GetRequiredService<CrmDbContext>(), provider.GetRequiredService<IMailTransport>(), provider.GetRequiredService<AgencyClock>(),
            provider.GetRequiredService<ILogger<Bounces>>(), Returns(provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<IHostEnvironment>())));
    }

    public static void MapMail(this WebApplication app)
    {
        app.MapGet("/mail/read/{id:guid}", (Guid id, string? part, IMailTransport transport) =>
            (transport as MailCatcher)?.Find(id) is { } caught ? Shown(caught.Html, caught.Text, part) : Results.NotFound()).FromAccessTable();
        app.MapGet("/mail/read/{template}/{language}", async (string template, string language, string? part, MailRenderer renderer) =>
            MailTemplate.All.Contains(template) && language is Languages.French or Languages.English && await renderer.PreviewAsync(template, language) is { } mail ? Shown(mail.Html, mail.Text, part) : Results.NotFound()).FromAccessTable();
    }

    private static IResult Shown(string html, string text, string? part) =>
        part == "text" ? Results.Text(text, "text/plain; charset=utf-8") : Results.Text(html, "text/html; charset=utf-8");

    private static IMailTransport Transport(IConfiguration settings, IHostEnvironment environment, Agency agency)
    {
        if (settings["Mail:Smtp:Host"] is not { Length: > 0 } host)
            return environment.IsDevelopment() ? new MailCatcher(new MailboxAddress(agency.Name, "agence@example.org")) : new NoTransport();
        if (settings["Mail:From"] is not { Length: > 0 } from || Core.Contacts.Email.Normalise(from) is not { } address)
            throw new WrongSettingException(T("Mail__Smtp__Host est réglé, mais Mail__From n’est pas une adresse : celle d’où partent les e-mails de l’agence."));
        var security = Security(settings["Mail:Smtp:Security"], "Mail__Smtp__Security", SecureSocketOptions.StartTls);
        var user = settings["Mail:Smtp:User"] is { Length: > 0 } given ? given : null;
        if (user is not null && security == SecureSocketOptions.None && !environment.IsDevelopment())
            throw new WrongSettingException(T("Mail__Smtp__User ne s’emploie pas avec Mail__Smtp__Security=none : le mot de passe passerait en clair."));
        return new SmtpTransport(new SmtpServer(host, Whole(settings["Mail:Smtp:Port"], "Mail__Smtp__Port") ?? DefaultPort, security, new MailboxAddress(agency.Name, address), user, settings["Mail:Smtp:Password"], ReturnPath(settings)));
    }

    private static MailboxAddress? ReturnPath(IConfiguration settings) => settings["Mail:Returns:Address"] switch
    {
        null or "" => null,
        var text when Core.Contacts.Email.Normalise(text) is { } address => new MailboxAddress("", address),
        _ => throw new WrongSettingException(T("Mail__Returns__Address n’est pas une adresse : celle où reviennent les e-mails non distribués.")),
    };

    private static ReturnsMailbox? Returns(IConfiguration settings, IHostEnvironment environment)
    {
        if (settings["Mail:Returns:Host"] is not { Length: > 0 } host) return null;
        if (settings["Mail:Returns:User"] is not { Length: > 0 } user)
            throw new WrongSettingException(T("Mail__Returns__Host est réglé, mais pas Mail__Returns__User : le compte de la boîte où reviennent les e-mails non distribués."));
        var security = Security(settings["Mail:Returns:Security"], "Mail__Returns__Security", SecureSocketOptions.SslOnConnect);
        if (security == SecureSocketOptions.None && !environment.IsDevelopment())
            throw new WrongSettingException(T("Mail__Returns__Security=none ne s’emploie qu’en développement : le mot de passe passerait en clair."));
        return new ReturnsMailbox(host, Whole(settings["Mail:Returns:Port"], "Mail__Returns__Port") ?? DefaultReturnsPort, security, user, settings["Mail:Returns:Password"] ?? "");
    }

    private static SecureSocketOptions Security(string? text, string name, SecureSocketOptions otherwise) => text switch
    {
        null or "" => otherwise,
        "starttls" => SecureSocketOptions.StartTls,
        "tls" => SecureSocketOptions.SslOnConnect,
        "none" => SecureSocketOptions.None,
        var other => throw new WrongSettingException(T($"Le réglage {name} est starttls, tls ou none, et non {other}.")),
    };

    private static MailLimits Limits(IConfiguration settings) => new(
        Whole(settings["Mail:PerMinute"], "Mail__PerMinute") ?? DefaultPerMinute,
        Whole(settings["Mail:PerDay"], "Mail__PerDay") ?? DefaultPerDay);

    private static int? Whole(string? text, string name) => text switch
    {
        null or "" => null,
        _ when int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0 => number,
        _ => throw new WrongSettingException(T($"Le réglage {name} attend un nombre entier, à partir de 1 : {text}.")),
    };
}
