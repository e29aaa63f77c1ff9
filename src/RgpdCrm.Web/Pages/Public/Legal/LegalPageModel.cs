using Microsoft.AspNetCore.Mvc.RazorPages;

namespace RgpdCrm.Web.Pages.Public.Legal;

/// <summary>One of the legal pages, as it stands.</summary>
public abstract class LegalPageModel(LegalPages pages, string page) : PageModel
{
    public LegalText Text { get; private set; } = null!;
    public string Title => LegalPages.Title(page);

    public async Task OnGetAsync(CancellationToken cancel) => Text = await pages.ReadAsync(page, cancel);
}

/// <summary>The privacy notice (GDPR 13).</summary>
public sealed class PrivacyModel(LegalPages pages) : LegalPageModel(pages, LegalPages.Privacy);

/// <summary>The legal notice (loi 2004-575 and loi 70-9).</summary>
public sealed class LegalNoticeModel(LegalPages pages) : LegalPageModel(pages, LegalPages.LegalNotice);

/// <summary>What is put on a visitor's device.</summary>
public sealed class CookiesModel(LegalPages pages) : LegalPageModel(pages, LegalPages.Cookies);
