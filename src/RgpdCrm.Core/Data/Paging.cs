namespace RgpdCrm.Core.Data;

/// <summary>Pages of a list, counted from 1.</summary>
public static class Paging
{
    /// <summary>How many pages hold so many rows; at least one.</summary>
    public static int Pages(int total, int size) => Math.Max(1, (total + size - 1) / size);

    /// <summary>The page asked for, or the nearest one there is.</summary>
    public static int Within(int number, int total, int size) => Math.Clamp(number, 1, Pages(total, size));
}
