using System.Globalization;
using System.Text;

namespace QuickStart.Screen;

/// <summary>What the run came to, in words.</summary>
internal static class Summary
{
    public static string Of(Consumer consumer, IReadOnlyList<Provider> providers, IReadOnlyList<Incident> incidents, DateTimeOffset startedAt, IReadOnlyList<string> problems)
    {
        var calls = consumer.Calls;
        var text = new StringBuilder().AppendLine().AppendLine("What was seen when");
        foreach (var incident in incidents)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {incident.Provider.Name} {incident.What} at {After(incident.At)}{Consequences(incident)}");
        }

        text.AppendLine().AppendLine("Who counted what                   consumer     provider");
        foreach (var provider in providers)
        {
            var answered = consumer.AnswersFrom(provider.Address).Calls;
            text.AppendLine(CultureInfo.InvariantCulture, $"  {provider.Name,-12} {provider.Address,-17} {answered,10:N0}   {provider.Started,10:N0}{Note(provider, answered)}");
        }

        foreach (var problem in problems)
        {
            text.AppendLine().Append("PROBLEM: ").Append(problem);
        }

        var seconds = (calls.At - startedAt).TotalSeconds;
        return text.AppendLine().Append(CultureInfo.InvariantCulture,
            $"{(problems.Count == 0 ? "OK" : "FAILED")}: {calls.Calls:N0} calls ({calls.Calls / seconds:0}/s, {Verdict.InFlight} in flight), {calls.Failures} failures").ToString();

        string After(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{(at - startedAt).TotalSeconds:0.0} s");

        string Consequences(Incident incident)
        {
            var address = incident.Provider.Address;
            if (incident.Provider.Fate == ProviderFate.Running)
            {
                var came = consumer.Changes.FirstOrDefault(change => change.Address == address && change.IsListed);
                return came is null ? ", never seen on the list" : $", on the list at {After(came.At)}";
            }

            var gone = consumer.Changes.LastOrDefault(change => change.Address == address && !change.IsListed && change.At >= incident.At);
            return $", last answer from it at {After(consumer.AnswersFrom(address).LastAt)}, {(gone is null ? "never gone from the list" : $"gone from the list at {After(gone.At)}")}";
        }
    }

    private static string Note(Provider provider, long answered) => provider.Fate switch
    {
        ProviderFate.Killed => string.Create(CultureInfo.InvariantCulture, $"   {provider.Started - answered} were in flight when it was killed, and were answered by others"),
        _ when provider.Started == answered => "   the same",
        _ => "   NOT the same",
    };
}
