namespace FunctionsCrawler.Benchmarks.Measuring;

/// <summary>Student's t distribution.</summary>
internal static class StudentT
{
    /// <summary>Returns the two-sided quantile: the value that |t| does not exceed with a probability.</summary>
    /// <param name="probability">Between 0 and 1, for example 0.95.</param>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double TwoSided(double probability, int degrees)
    {
        var (low, high) = (0.0, 1.0);
        while (Within(high, degrees) < probability)
            high *= 2;
        for (var step = 0; step < 100; step++)
        {
            var middle = (low + high) / 2;
            if (Within(middle, degrees) < probability)
                low = middle;
            else
                high = middle;
        }
        return high;
    }

    // The probability that |t| is at most this value (Abramowitz, Stegun: Handbook of Mathematical Functions, 26.7.3, 26.7.4).
    private static double Within(double t, int degrees)
    {
        var angle = Math.Atan(t / Math.Sqrt(degrees));
        var square = Math.Pow(Math.Cos(angle), 2);
        var isOdd = degrees % 2 == 1;
        var term = isOdd ? Math.Cos(angle) : 1;
        var sum = degrees == 1 ? 0 : term;
        for (var k = isOdd ? 3 : 2; k < degrees; k += 2)
        {
            term *= square * (k - 1) / k;
            sum += term;
        }
        sum *= Math.Sin(angle);
        return isOdd ? (angle + sum) * 2 / Math.PI : sum;
    }
}
