using System.Text;
using MimeKit;
using RgpdCrm.Core.Mail;

namespace RgpdCrm.Tests.Mail;

/// <summary>Reports as mail servers write them, read without a server.</summary>
public sealed class DeliveryReportTests
{
    private static readonly Guid Mail = Guid.Parse("0c9f3b1e-5d0a-4a53-9a58-3d8a5a6f7b11");

    [Theory]
    [InlineData("failed", "5.1.1", MailFailure.AddressRefused)]
    [InlineData("failed", "5.1.10", MailFailure.AddressRefused)]
    [InlineData("Failed", "5.2.1 (mailbox disabled)", MailFailure.AddressRefused)]
    [InlineData("failed", "5.2.2", MailFailure.Returned)]
    [InlineData("failed", "5.7.1", MailFailure.Returned)]
    [InlineData("failed", "", MailFailure.Returned)]
    [InlineData("delayed", "4.4.1", null)]
    [InlineData("delivered", "2.0.0", null)]
    [InlineData("relayed", "2.0.0", null)]
    public void Only_a_failure_counts_and_only_one_of_the_address_marks_it(string action, string status, MailFailure? failure) =>
        Assert.Equal(new DeliveryReport(Mail, failure), Read(Report(action, status)));

    [Fact]
    public void A_server_that_returns_no_headers_is_understood_by_the_envelope_id() =>
        Assert.Equal(new DeliveryReport(Mail, MailFailure.AddressRefused), Read(Report("failed", "5.1.1", returned: "", envelope: $"Original-Envelope-Id: <{Mail:N}@tilleul.example>\n")));

    [Fact]
    public void The_whole_returned_mail_names_itself_too() =>
        Assert.Equal(new DeliveryReport(Mail, MailFailure.AddressRefused), Read(Report("failed", "5.1.1", returned: Part("message/rfc822", $"Message-ID: <{Mail:N}@Tilleul.example>\nSubject: Bonjour\n\nUn mot\n"))));

    [Theory]
    [InlineData("autre.example", "0c9f3b1e5d0a4a539a583d8a5a6f7b11")]
    [InlineData("tilleul.example", "CAJ1+nQ8@mail")]
    [InlineData("tilleul.example", "0c9f3b1e")]
    public void A_mail_that_is_not_ours_is_left_alone(string domain, string id) =>
        Assert.Null(Read(Report("failed", "5.1.1", returned: Part("text/rfc822-headers", $"Message-ID: <{id}@{domain}>\n"))));

    [Theory]
    [InlineData("Content-Type: text/plain\n\nJe suis absente jusqu’à lundi.\n")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nRien d’autre.\n--b--\n")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n--b--\n")]
    [InlineData("Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\nContent-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status\n\n\0\0\0")]
    public void What_is_no_report_is_none_however_broken(string rest) => Assert.Null(Read($"From: x@exemple.fr\nSubject: Re\n{rest}"));

    private static DeliveryReport? Read(string source) =>
        DeliveryReport.Read(MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(source.ReplaceLineEndings("\r\n")))), "tilleul.example");

    private static string Part(string type, string content) => $"--b\nContent-Type: {type}\n\n{content}\n";

    private static string Report(string action, string status, string? returned = null, string envelope = "") => Of(Mail, action, status, returned, envelope);

    /// <summary>A report as Postfix writes it.</summary>
    internal static string Of(Guid mail, string action, string status, string? returned = null, string envelope = "") => $"""
        Return-Path: <>
        From: MAILER-DAEMON@mx.exemple.fr (Mail Delivery System)
        To: retours@tilleul.example
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
         boundary="b"

        --b
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        I'm sorry to have to inform you that your message could not be delivered.

        --b
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.exemple.fr
        {envelope}Arrival-Date: Sun, 15 Nov 2026 10:00:00 +0100 (CET)

        Final-Recipient: rfc822; claire@exemple.fr
        Original-Recipient: rfc822;claire@exemple.fr
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; 550 {status} claire@exemple.fr: Recipient address rejected

        {returned ?? Part("text/rfc822-headers", $"From: agence@tilleul.example\nMessage-ID: <{mail:N}@tilleul.example>\nSubject: Bonjour\n")}
        --b--
        """;
}
