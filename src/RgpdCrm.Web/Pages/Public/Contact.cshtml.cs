using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public;

/// <summary>The form on a page of its own.</summary>
public sealed class ContactModel(CrmDbContext db, AgencyClock clock, FormTokens tokens, ICaptcha captcha) : InquiryForm(db, clock, tokens, captcha, InquirySource.Page);
