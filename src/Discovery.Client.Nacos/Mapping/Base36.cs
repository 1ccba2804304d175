namespace Discovery.Client.Nacos;

/// <summary>Numbers in few characters.</summary>
internal static class Base36
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    public static string Format(long number)
    {
        var text = "";
        do
        {
            text = Digits[(int)(number % 36)] + text;
            number /= 36;
        }
        while (number > 0);
        return text;
    }

    /// <exception cref="FormatException">It is none.</exception>
    public static long Parse(string text)
    {
        long result = 0;
        foreach (var c in text)
        {
            var digit = Digits.IndexOf(c, StringComparison.Ordinal);
            result = digit >= 0 && result <= (long.MaxValue - digit) / 36 ? (result * 36) + digit : throw new FormatException("The number of the registration is none.");
        }

        return result;
    }
}
