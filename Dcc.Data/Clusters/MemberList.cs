// The best few of many, not too many of one source. Read next: ClusterGallery.cs.
namespace Dcc.Data;

/// <summary>Of equals the one that came first stays.</summary>
internal sealed class MemberList(int most, int mostOfSource)
{
    private readonly List<ClusterMember> members = [];

    /// <summary>The best first.</summary>
    public IReadOnlyList<ClusterMember> Members => members;

    public void Offer(ClusterMember member)
    {
        bool crowded = members.Count(each => each.Source == member.Source) >= mostOfSource;
        int worst = crowded ? members.FindLastIndex(each => each.Source == member.Source) : members.Count >= most ? members.Count - 1 : -1;
        if (worst >= 0)
        {
            if (members[worst].Score >= member.Score) return;
            members.RemoveAt(worst);
        }
        int place = members.FindIndex(each => each.Score < member.Score);
        members.Insert(place < 0 ? members.Count : place, member);
    }
}
