using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>The transactions that write and delete keys. Each has one condition, that which reads many one for each.</summary>
internal static class Transactions
{
    /// <summary>Writes a key that is not there; else reads it.</summary>
    public static Wire.TxnRequest PutNew(ByteString key, ByteString value, long lease)
        => Put(new() { Key = key, Target = Wire.Compare.Types.CompareTarget.Create, CreateRevision = 0 }, value, lease);

    /// <summary>Writes a key that hangs on the lease already; else reads it.</summary>
    public static Wire.TxnRequest PutOwn(ByteString key, ByteString value, long lease)
        => Put(new() { Key = key, Target = Wire.Compare.Types.CompareTarget.Lease, Lease = lease }, value, lease);

    /// <summary>Writes a key that has not changed since; else reads it.</summary>
    public static Wire.TxnRequest PutUnchanged(Wire.KeyValue seen, ByteString value, long lease)
        => Put(new() { Key = seen.Key, Target = Wire.Compare.Types.CompareTarget.Mod, ModRevision = seen.ModRevision }, value, lease);

    /// <summary>Deletes a key that hangs on the lease.</summary>
    public static Wire.TxnRequest DeleteOwn(ByteString key, long lease) => new()
    {
        Compare = { new Wire.Compare { Key = key, Target = Wire.Compare.Types.CompareTarget.Lease, Lease = lease } },
        Success = { new Wire.RequestOp { RequestDeleteRange = new() { Key = key } } },
    };

    /// <summary>Reads the keys, without their values, unless all are at their revisions.</summary>
    public static Wire.TxnRequest ReadChanged(IReadOnlyCollection<KeyValuePair<ByteString, long>> records) => new()
    {
        Compare = { records.Select(record => new Wire.Compare { Key = record.Key, Target = Wire.Compare.Types.CompareTarget.Mod, ModRevision = record.Value }) },
        Failure = { records.Select(record => new Wire.RequestOp { RequestRange = new() { Key = record.Key, KeysOnly = true } }) },
    };

    private static Wire.TxnRequest Put(Wire.Compare condition, ByteString value, long lease) => new()
    {
        Compare = { condition },
        Success = { new Wire.RequestOp { RequestPut = new() { Key = condition.Key, Value = value, Lease = lease } } },
        Failure = { new Wire.RequestOp { RequestRange = new() { Key = condition.Key } } },
    };
}
