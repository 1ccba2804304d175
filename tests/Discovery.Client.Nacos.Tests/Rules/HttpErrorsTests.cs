using System.Text;

namespace Discovery.Client.Nacos.Tests.Rules;

public sealed class HttpErrorsTests
{
    [Theory]
    [InlineData(403, """{"status":403,"error":"Forbidden","message":"token expired!","path":"/nacos/v1/ns/instance"}""", "Denied")]
    [InlineData(401, "", "Denied")]
    [InlineData(410, """{"status":410,"error":"Gone","message":"{\"code\":40000,\"message\":\"Current API will be deprecated\"}"}""", "ApiGone")]
    [InlineData(501, "no such api:GET:/nacos/v1/ns/nosuch", "ApiGone")]
    [InlineData(404, "", "ApiGone")]
    [InlineData(400, """{"status":400,"error":"Bad Request","message":"receive invalid redirect request from peer 127.0.0.1"}""", "NotPassedOn")]
    [InlineData(500, "org.apache.http.conn.HttpHostConnectException: Connect to 127.0.0.1:8858 failed: Connection refused", "NotPassedOn")]
    [InlineData(500, "java.net.SocketTimeoutException: Read timed out", "NotPassedOn")]
    [InlineData(500, "Server failed, caused: ErrCode:400, ErrMsg:metadata format incorrect:{bad;", "Refused")]
    [InlineData(400, "caused: errCode: 400, errMsg: Current service DEFAULT_GROUP@@x is persistent service, can't register ephemeral instance. ;", "Refused")]
    [InlineData(400, "Param 'serviceName' is illegal, illegal characters should not appear in the param.\r\n", "Refused")]
    [InlineData(500, "anything", "Transient")]
    [InlineData(503, "server is STARTING now, please try again later!", "Transient")]
    [InlineData(302, "", "Transient")]
    public void Sort_Answer_IsWhatItMeans(int status, string body, string expected)
        => Assert.Equal(expected, HttpErrors.Sort(new(status, Encoding.UTF8.GetBytes(body))).ToString());

    [Fact]
    public void Explain_LongTextWithControls_IsShortAndPrintable()
    {
        var text = HttpErrors.Explain(new(500, Encoding.UTF8.GetBytes("a\r\n" + new string('x', 1000))));
        Assert.StartsWith("a  xxx", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 1, 301);
    }
}
