namespace RgpdCrm.Web.Mail;

/// <summary>Styles of a mail, written into its tags because mail programs drop style sheets. Classes are for dark mode alone, in the programs that know it.</summary>
public static class Look
{
    public const string Body = "margin:0;padding:0;background:#f6f6f3";
    public const string Page = "background:#f6f6f3;font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
    public const string Card = "width:100%;max-width:600px;background:#ffffff";
    public const string Agency = "margin:0;font-size:18px;line-height:24px;font-weight:bold;color:#2a3fc4";
    public const string Title = "margin:0 0 16px;font-size:26px;line-height:32px;color:#181a23";
    public const string Text = "margin:0 0 16px;font-size:16px;line-height:24px;color:#181a23";
    public const string List = "margin:0 0 16px;padding-left:24px;font-size:16px;line-height:24px;color:#181a23";
    public const string Small = "margin:0 0 8px;font-size:13px;line-height:20px;color:#555a68";
    public const string City = "margin:0;font-size:14px;line-height:20px;color:#555a68";
    public const string Link = "color:#2a3fc4;text-decoration:underline";
    public const string Button = "display:inline-block;background:#2a3fc4;color:#ffffff;font-size:16px;line-height:24px;font-weight:bold;text-decoration:none;padding:12px 24px;border-radius:6px";
    public const string Plain = "display:inline-block;color:#2a3fc4;font-size:16px;line-height:24px;font-weight:bold;text-decoration:underline;padding:12px 0";
    public const string Soft = "background:#edeffc;padding:20px 24px;border-radius:8px";

    /// <summary>The one style sheet: narrow screens and dark mode.</summary>
    public const string Sheet = """
        @media (max-width:599px){.wrap{padding:24px 20px!important}.btn a{display:block!important;text-align:center!important}}
        @media (prefers-color-scheme:dark){.bg{background:#101117!important}.card{background:#16171e!important}.k{color:#ecedf2!important}.g{color:#a9adba!important}.b{color:#aab5ff!important}.soft{background:#22274a!important}.line{border-color:#2b2d38!important}}
        """;
}
