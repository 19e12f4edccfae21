// The definition of the max-margin losses, in double. Read next: Device.MaxMargin.cs.
namespace Dcc.Kernels;

public static class MaxMarginReference
{
    /// <summary>
    /// Mean of max(0, S_mismatched - S_matched + margin) over the anchors and negatives that the options name; rows of S are sounds, columns pictures.
    /// Also the gradient, and the share of all mismatched comparisons with S_matched larger.
    /// </summary>
    public static (double Loss, double[] Gradient, double Accuracy) InBatch(int batch, MaxMarginOptions options, double[] similarity)
    {
        double loss = 0, correct = 0;
        double[] gradient = new double[batch * batch];
        (double terms, double comparisons) = options.Counts(batch);
        for (int anchor = 0; anchor < batch; anchor++)
        {
            if (options.UsesSounds) Anchor(anchor, first: anchor * batch, step: 1);
            if (options.UsesImages) Anchor(anchor, first: anchor, step: batch);
        }
        return (loss / terms, gradient, correct / comparisons);

        // The mismatched partners of the anchor stand at first + other * step.
        void Anchor(int anchor, int first, int step)
        {
            int matched = first + anchor * step, hardest = -1;
            for (int other = 0; other < batch; other++)
            {
                if (other == anchor) continue;
                int at = first + other * step;
                if (similarity[matched] > similarity[at]) correct++;
                if (hardest < 0 || similarity[at] > similarity[hardest]) hardest = at;
                if (options.Negatives == MaxMarginNegatives.All) Term(at, matched);
            }
            if (options.Negatives == MaxMarginNegatives.Hardest) Term(hardest, matched);
        }

        void Term(int mismatched, int matched)
        {
            double hinge = similarity[mismatched] - similarity[matched] + options.Margin;
            if (hinge <= 0) return;
            loss += hinge;
            gradient[mismatched] += 1 / terms;
            gradient[matched] -= 1 / terms;
        }
    }

    /// <summary>Mean over the pictures i of max(0, margin + S[negatives[i], i] - S[i, i]); S has a row for each sound and a column for each picture.</summary>
    public static (double Loss, double[] Gradient, double Accuracy) Sampled(int sounds, int images, double margin, double[] similarity, int[] negatives)
    {
        double loss = 0, correct = 0;
        double[] gradient = new double[sounds * images];
        for (int i = 0; i < images; i++)
        {
            int mismatched = negatives[i] * images + i, matched = i * images + i;
            if (similarity[matched] > similarity[mismatched]) correct++;
            double hinge = margin + similarity[mismatched] - similarity[matched];
            if (hinge <= 0) continue;
            loss += hinge;
            gradient[mismatched] += 1.0 / images;
            gradient[matched] -= 1.0 / images;
        }
        return (loss / images, gradient, correct / images);
    }
}
