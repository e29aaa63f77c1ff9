namespace RgpdCrm.Core.Contacts;

/// <summary>The nine-digit number of a French organisation (INSEE); its last digit is Luhn's check digit.</summary>
public static class Siren
{
    /// <summary>Reads a number as people write it, with or without spaces; nothing when the check digit does not agree.</summary>
    public static string? Read(string? text)
    {
        var digits = string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c) && c != '.'));
        if (digits.Length != 9 || !digits.All(char.IsAsciiDigit) || digits == "000000000") return null;
        var sum = digits.Select((c, i) => (c - '0') * (i % 2 == 0 ? 1 : 2)).Sum(d => d > 9 ? d - 9 : d);
        return sum % 10 == 0 ? digits : null;
    }

    /// <summary>Shows a stored number in groups of three.</summary>
    public static string Show(string siren) => siren.Length == 9 ? $"{siren[..3]}\u00a0{siren[3..6]}\u00a0{siren[6..]}" : siren;
}
