using System.Collections.Immutable;
using System.Text.Json;

namespace Discovery.Client.Embedded;

/// <summary>Registration to file content and back. Pure.</summary>
internal static class LocalRecordCodec
{
    /// <summary>More than any sane registration; what is larger is somebody else's file.</summary>
    public const int MaxBytes = 1024 * 1024;

    public static byte[] Encode(ServiceRegistration registration, LocalOwner owner, long lease)
    {
        var instance = registration.Instance;
        return JsonSerializer.SerializeToUtf8Bytes(
            new LocalRecord
            {
                Service = instance.ServiceName,
                Id = instance.InstanceId,
                TimeToLiveMs = (long)Math.Ceiling(registration.TimeToLive.TotalMilliseconds),
                Owner = owner,
                Lease = lease,
                Host = instance.Host,
                Port = instance.Port,
                Scheme = instance.Scheme,
                PathPrefix = instance.PathPrefix,
                Weight = instance.Weight,
                Zone = instance.Zone,
                Version = instance.Version,
                Status = instance.Status,
                Endpoints = instance.Endpoints.IsEmpty ? null : new(instance.Endpoints),
                Metadata = instance.Metadata.IsEmpty ? null : new(instance.Metadata),
            },
            LocalJsonContext.Default.LocalRecord);
    }

    /// <summary>Reads a file's content.</summary>
    /// <param name="content">All of it.</param>
    /// <param name="directory">The name of the directory it was found in.</param>
    /// <param name="file">The name of the file it was found in.</param>
    /// <param name="record">The record.</param>
    /// <param name="instance">What it says.</param>
    /// <returns>Null, or why it is no record.</returns>
    public static string? Decode(ReadOnlySpan<byte> content, string directory, string file, out LocalRecord? record, out ServiceInstance? instance)
    {
        (record, instance) = (null, null);
        try
        {
            record = JsonSerializer.Deserialize(content, LocalJsonContext.Default.LocalRecord);
            if (record is null || record.Format != LocalRecord.CurrentFormat)
            {
                return $"its format is {record?.Format}, {LocalRecord.CurrentFormat} is expected";
            }

            instance = ToInstance(record);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            return "it is not a whole record: " + exception.Message;
        }

        return record.Host.Length == 0 || record.Port is < 1 or > 65535 ? "it has no address"
            : record.TimeToLiveMs is <= 0 or > int.MaxValue ? "its time to live is not one"
            : !double.IsFinite(record.Weight) || record.Weight < 0 ? "its weight is not one"
            : LocalNames.Encode(record.Service) != directory || LocalNames.RecordFile(record.Id) != file ? "it speaks of another instance than its name does"
            : null;
    }

    private static ServiceInstance ToInstance(LocalRecord record) => new()
    {
        ServiceName = record.Service,
        InstanceId = record.Id,
        Host = record.Host,
        Port = record.Port,
        Scheme = record.Scheme,
        PathPrefix = record.PathPrefix,
        Weight = record.Weight,
        Zone = record.Zone,
        Version = record.Version,
        Status = record.Status,
        Endpoints = (record.Endpoints ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
        Metadata = (record.Metadata ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
    };
}
