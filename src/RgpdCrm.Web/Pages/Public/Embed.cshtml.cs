using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public;

/// <summary>The form inside a page of the agency's own site, which <c>PublicSite__AllowedSites</c> names.</summary>
public sealed class EmbedModel(CrmDbContext db, AgencyClock clock, FormTokens tokens, ICaptcha captcha) : InquiryForm(db, clock, tokens, captcha, InquirySource.Embed);
