namespace Discovery.Client.Nacos;

/// <summary>The pairs that prove who asks. Over gRPC they are headers of a message, whose names' case counts.</summary>
internal static class Proof
{
    public const string Token = "accessToken";

    public const string AccessKey = "ak";

    public const string Data = "data";

    public const string Signature = "signature";

    public static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();
}
