#pragma warning disable CA1812, CA1822, CA1823, CA1852, CS0169, CS0649, IDE0051, CA1051, CA1018, CA1032, CA1064, CA1710
namespace Discovery.Client.Tests.Architecture.Samples.Outside
{
    internal interface IThing;

    internal class Thing : Exception
    {
        public static int Count() => 1;
    }

    internal sealed class ThingAttribute : Attribute;
}

namespace Discovery.Client.Tests.Architecture.Samples.Inside
{
    internal sealed class Innocent
    {
        public Innocent Self => this;
    }

    [Outside.Thing]
    internal sealed class Attributed;

    internal sealed class Bases : Outside.Thing;

    internal sealed class Implements : Outside.IThing;

    internal sealed class Constrains<T>
        where T : Outside.IThing;

    internal sealed class Fields
    {
        private readonly Outside.Thing?[]? _things;
    }

    internal sealed class Returns
    {
        public List<Outside.Thing>? Things() => null;
    }

    internal sealed class Bodies
    {
        public int Count() => Outside.Thing.Count();
    }

    internal sealed class Generics
    {
        public object Make() => new Dictionary<int, List<Outside.Thing>>();
    }

    internal sealed class Catches
    {
        public void Try(Action action)
        {
            try
            {
                action();
            }
            catch (Outside.Thing)
            {
                action();
            }
        }
    }

    internal sealed class Iterates
    {
        public IEnumerable<int> All()
        {
            yield return Outside.Thing.Count();
        }
    }
}
