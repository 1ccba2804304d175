namespace Discovery.Client;

/// <summary>How a Nacos server is spoken to.</summary>
public enum NacosTransport
{
    /// <summary>Over gRPC, on the endpoint's port plus <see cref="NacosOptions.GrpcPortOffset"/>: changes are pushed, and the connection is the proof of life. Nacos 2.0 and later.</summary>
    Grpc,

    /// <summary>Over the open API of the endpoint's port: lists are polled, and instances send beats. For installations that expose only that port, and for Nacos 1.x.</summary>
    Http,
}
