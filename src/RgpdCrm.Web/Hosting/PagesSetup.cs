using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.Extensions.WebEncoders;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Hosting;

/// <summary>Razor Pages: lower-case addresses, antiforgery on every post, access from the role table.</summary>
internal static partial class PagesSetup
{
    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddRouting(routes => (routes.LowercaseUrls, routes.LowercaseQueryStrings) = (true, false));
        builder.Services.Configure<WebEncoderOptions>(encoders => encoders.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        builder.Services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = builder.CookieName("forgery");
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = builder.CookieSecurity();
            antiforgery.HeaderName = "X-CSRF-TOKEN";
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        builder.Services.AddRazorPages(pages =>
            {
                pages.Conventions.Add(new PageRouteTransformerConvention(new Slug()));
                pages.Conventions.AddAccessTable();
            })
            .AddMvcOptions(mvc =>
            {
                mvc.Filters.Add(new AutoValidateAntiforgeryTokenAttribute());
                mvc.Filters.Add<PagesSeen>();
                var messages = mvc.ModelBindingMessageProvider;
                messages.SetAttemptedValueIsInvalidAccessor((_, _) => T("Cette valeur n’est pas valable."));
                messages.SetNonPropertyAttemptedValueIsInvalidAccessor(_ => T("Cette valeur n’est pas valable."));
                messages.SetUnknownValueIsInvalidAccessor(_ => T("Cette valeur n’est pas valable."));
                messages.SetValueIsInvalidAccessor(_ => T("Cette valeur n’est pas valable."));
                messages.SetValueMustBeANumberAccessor(_ => T("Cette valeur n’est pas valable."));
                messages.SetValueMustNotBeNullAccessor(_ => T("Cette valeur manque."));
            })
            .AddDataAnnotationsLocalization(texts => texts.DataAnnotationLocalizerProvider = (_, _) => new AnnotationTexts())
            .AddCookieTempDataProvider(temp => (temp.Cookie.Name, temp.Cookie.SecurePolicy) = (builder.CookieName("message"), builder.CookieSecurity()));
    }

    public static void UseFaultPage(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) app.UseExceptionHandler("/error");
        app.UseStatusCodePagesWithReExecute("/error/{0}");
    }

    /// <summary><c>Account/SignIn</c> is served at <c>/account/sign-in</c>.</summary>
    private sealed partial class Slug : IOutboundParameterTransformer
    {
        public string? TransformOutbound(object? value) => value is null ? null : WordStart().Replace(value.ToString()!, "-$0").ToLowerInvariant();

        [GeneratedRegex("(?<=[a-z0-9])[A-Z]")]
        private static partial Regex WordStart();
    }
}
