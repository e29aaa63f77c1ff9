using NetVips;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Core.Data;

/// <summary>Photos of fictional properties, drawn on the spot: the same seed, the same picture. Nobody's home, and no file to carry along.</summary>
internal static class DemoPictures
{
    private const int Width = 1080, Height = 810, Horizon = 560;

    private static readonly double[][] Plasters = [[226, 208, 178], [214, 196, 170], [232, 224, 210], [205, 178, 148], [196, 200, 196], [222, 190, 164]];
    private static readonly double[][] Tiles = [[148, 74, 52], [126, 84, 66], [84, 90, 100], [104, 62, 50]];
    private static readonly double[][] Woods = [[92, 122, 140], [126, 52, 48], [72, 96, 76], [110, 84, 58], [222, 222, 214]];

    /// <summary>The front of a property, as a JPEG file.</summary>
    public static byte[] Front(PropertyKind kind, int seed) => Photo(seed, Sky(seed), (canvas, random) =>
    {
        Ground(canvas, random, kind == PropertyKind.House ? [104, 128, 66] : [128, 126, 122]);
        if (kind == PropertyKind.House) House(canvas, random);
        else if (kind == PropertyKind.Apartment) Building(canvas, random);
        else Shop(canvas, random);
        Tree(canvas, random, kind == PropertyKind.House ? random.Next(60, 140) : random.Next(20, 60), Horizon + 20, random.Next(70, 110));
        if (random.Next(3) > 0) Tree(canvas, random, Width - random.Next(30, 120), Horizon + 40, random.Next(60, 130));
    });

    /// <summary>Its living room, as a JPEG file.</summary>
    public static byte[] Inside(int seed) => Photo(seed, Image.Black(Width, Height, bands: 3) + Any<double[]>(new Random(seed), [[214, 206, 192], [196, 206, 204], [222, 214, 206], [204, 198, 186]]), Room);

    private static byte[] Photo(int seed, Image backdrop, Action<MutableImage, Random> draw)
    {
        using (backdrop)
        using (var paper = backdrop.Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb).CopyMemory())
        using (var drawn = paper.Mutate(canvas => draw(canvas, new Random(seed))))
        using (var wear = Image.Perlin(Width, Height, cellSize: 180, uchar: false, seed: seed) * 0.10 + Image.Perlin(Width, Height, cellSize: 9, uchar: false, seed: seed + 1) * 0.07)
        using (var light = 1.08 - Image.Xyz(Width, Height)[0] * (0.18 / Width))
        using (var grain = Image.Gaussnoise(Width, Height, sigma: 3, mean: 0, seed: seed + 2))
        using (var photo = (drawn.Gaussblur(1.1) * (light + wear) + grain).Cast(Enums.BandFormat.Uchar))
            return photo.JpegsaveBuffer(q: 88);
    }

    private static Image Sky(int seed)
    {
        using var height = Image.Xyz(Width, Height)[1] / Horizon;
        using var clouds = (Image.Perlin(Width, Height, cellSize: 270, uchar: false, seed: seed + 3) + Image.Perlin(Width, Height, cellSize: 90, uchar: false, seed: seed + 4) * 0.4) * 60;
        using var white = (clouds > 0).Ifthenelse(clouds, 0);
        return height * new double[] { 84, 56, 26 } + new double[] { 118, 164, 214 } + white;
    }

    private static void Ground(MutableImage canvas, Random random, double[] colour)
    {
        Box(canvas, colour, 0, Horizon, Width, Height - Horizon);
        for (var blade = 0; blade < 500; blade++)
        {
            var y = random.Next(Horizon, Height);
            Box(canvas, Shade(colour, 0.8 + random.NextDouble() * 0.4), random.Next(Width), y, 4 + (y - Horizon) / 8, 2);
        }
        Box(canvas, [172, 164, 150], Width / 2 - 70, Horizon, 140, Height - Horizon);
    }

    private static void House(MutableImage canvas, Random random)
    {
        var (plaster, roof, wood) = (Any(random, Plasters), Any(random, Tiles), Any(random, Woods));
        var (left, width, floors) = (random.Next(170, 250), random.Next(560, 680), random.Next(1, 3));
        var top = Horizon - floors * 150 - 10;
        Box(canvas, [70, 84, 46], left - 20, Horizon, width + 60, 26);
        Box(canvas, plaster, left, top, width, Horizon + 12 - top);
        Roof(canvas, random, roof, left - 34, top, width + 68, 110 + random.Next(50));
        Box(canvas, Shade(plaster, 0.72), left, top, width, 14);
        Box(canvas, Shade(plaster, 0.62), left, Horizon - 16, width, 28);
        Box(canvas, Shade(roof, 0.8), left + width * 3 / 4, top - 170, 44, 120);
        var (bays, door) = (width / 140, random.Next(width / 140));
        for (var floor = 0; floor < floors; floor++)
            for (var bay = 0; bay < bays; bay++)
            {
                var (x, y) = (left + (width - bays * 130) / 2 + bay * 130 + 34, Horizon - 130 - floor * 150);
                if (floor == 0 && bay == door) Door(canvas, random, wood, x - 6, y - 6, 74, 138);
                else Window(canvas, random, wood, x, y, 62, 88, shutters: true);
            }
        for (var shrub = 0; shrub < 5; shrub++) Leaves(canvas, random, left + random.Next(width), Horizon + 16, 26, 40);
    }

    private static void Building(MutableImage canvas, Random random)
    {
        var (plaster, roof, wood) = (Any(random, Plasters), Tiles[2], Any(random, Woods));
        var (left, width, floors) = (random.Next(120, 200), random.Next(660, 780), random.Next(3, 5));
        var top = Horizon + 10 - floors * 118;
        Roof(canvas, random, roof, left - 12, top, width + 24, 74);
        Box(canvas, plaster, left, top, width, Horizon + 14 - top);
        for (var floor = 0; floor < floors; floor++)
        {
            Box(canvas, Shade(plaster, 0.86), left, Horizon + 4 - floor * 118, width, 8);
            for (var bay = 0; bay < width / 112; bay++)
            {
                var (x, y) = (left + (width - width / 112 * 112) / 2 + 29 + bay * 112, Horizon - 92 - floor * 118);
                if (floor == 0 && bay == width / 224) Door(canvas, random, wood, x - 6, y, 70, 106);
                else Window(canvas, random, wood, x, y, 54, 84, shutters: floor == 0 && width % 2 == 0);
                if (floor == 0) continue;
                Box(canvas, [52, 54, 58], x - 12, y + 50, 78, 3);
                for (var bar = 0; bar < 10; bar++) Box(canvas, [52, 54, 58], x - 12 + bar * 8, y + 50, 2, 38);
                Box(canvas, Shade(plaster, 0.7), x - 14, y + 86, 82, 6);
            }
        }
    }

    private static void Shop(MutableImage canvas, Random random)
    {
        var (plaster, wood) = (Any(random, Plasters), Any(random, Woods[..4]));
        var (left, width) = (random.Next(130, 190), random.Next(700, 780));
        Box(canvas, plaster, left, 150, width, Horizon - 136);
        Box(canvas, Shade(plaster, 0.75), left, 150, width, 16);
        for (var bay = 0; bay < width / 150; bay++) Window(canvas, random, wood, left + (width - width / 150 * 150) / 2 + 44 + bay * 150, 196, 62, 92, shutters: true);
        Box(canvas, wood, left + 20, 330, width - 40, Horizon - 316);
        Box(canvas, Shade(wood, 1.2), left + 20, 330, width - 40, 44);
        for (var pane = 0; pane < 3; pane++) Glass(canvas, random, left + 44 + pane * (width - 60) / 3, 420, (width - 60) / 3 - 26, Horizon - 440);
        for (var stripe = 0; stripe * 26 < width - 40; stripe++) Box(canvas, stripe % 2 == 0 ? [236, 232, 222] : Shade(wood, 0.9), left + 20 + stripe * 26, 374, Math.Min(26, width - 40 - stripe * 26), 34);
    }

    private static void Room(MutableImage canvas, Random random)
    {
        var (wood, sofa) = (Any<double[]>(random, [[158, 116, 78], [134, 98, 70], [186, 150, 110]]), Any<double[]>(random, [[92, 108, 118], [150, 140, 126], [126, 84, 72], [96, 110, 88]]));
        for (var y = Horizon; y < Height; y += 3)
            for (var plank = -14; plank < 14; plank++)
            {
                var (near, far) = (Width / 2 + plank * (60 + (y - Horizon) / 3), Width / 2 + (plank + 1) * (60 + (y - Horizon) / 3));
                Box(canvas, Shade(wood, 0.88 + (plank * 7 + 98) % 5 * 0.05), near, y, far - near - 1, 3);
            }
        Box(canvas, [238, 236, 230], 0, Horizon - 22, Width, 22);
        var window = random.Next(90, 520);
        Glass(canvas, random, window, 110, 330, 330);
        foreach (var bar in new[] { 0, 160, 322 }) Box(canvas, [240, 240, 236], window + bar, 100, 10, 350);
        foreach (var bar in new[] { 100, 270, 440 }) Box(canvas, [240, 240, 236], window - 4, bar, 342, 10);
        foreach (var side in new[] { window - 84, window + 350 }) for (var fold = 0; fold < 66; fold += 11) Box(canvas, Shade([206, 200, 188], 0.86 + fold % 22 * 0.012), side + fold, 80, 11, 440);
        var seat = window < 300 ? 560 : 60;
        Box(canvas, [66, 52, 42], seat + 20, Horizon + 60, 380, 26);
        Box(canvas, Shade(sofa, 0.86), seat, Horizon - 110, 420, 120);
        for (var cushion = 0; cushion < 3; cushion++) Box(canvas, Shade(sofa, 1 + cushion * 0.05), seat + 14 + cushion * 132, Horizon - 20, 126, 62);
        foreach (var arm in new[] { seat - 24, seat + 408 }) Box(canvas, Shade(sofa, 0.78), arm, Horizon - 56, 38, 122);
        Box(canvas, [54, 48, 44], seat + 110, 150, 190, 150);
        Box(canvas, Any<double[]>(random, [[196, 172, 120], [120, 150, 160], [186, 140, 120]]), seat + 122, 162, 166, 126);
        Leaves(canvas, random, window < 300 ? 1010 : 1000, Horizon - 110, 60, 120);
        Box(canvas, [188, 110, 74], window < 300 ? 976 : 966, Horizon - 50, 70, 80);
    }

    // Rows of tiles, each a little lighter or darker than the last.
    private static void Roof(MutableImage canvas, Random random, double[] colour, int left, int bottom, int width, int height)
    {
        for (var row = 0; row < height; row += 2)
        {
            var inset = (height - row) * Math.Min(110, width / 4) / height;
            Box(canvas, Shade(colour, (row % 8 < 2 ? 0.78 : 0.96) + random.NextDouble() * 0.08), left + inset, bottom - height + row, width - 2 * inset, 2);
        }
    }

    private static void Window(MutableImage canvas, Random random, double[] wood, int x, int y, int width, int height, bool shutters)
    {
        Box(canvas, [236, 232, 224], x - 7, y - 7, width + 14, height + 14);
        Glass(canvas, random, x, y, width, height);
        Box(canvas, [240, 238, 232], x + width / 2 - 2, y, 5, height);
        Box(canvas, [240, 238, 232], x, y + height / 3, width, 4);
        Box(canvas, [150, 144, 134], x - 10, y + height + 6, width + 20, 6);
        if (!shutters) return;
        foreach (var side in new[] { x - 8 - width / 2, x + width + 8 })
            for (var slat = 0; slat < height + 8; slat += 6) Box(canvas, Shade(wood, slat % 12 == 0 ? 0.86 : 1.02), side, y - 4 + slat, width / 2, 6);
    }

    private static void Glass(MutableImage canvas, Random random, int x, int y, int width, int height)
    {
        for (var row = 0; row < height; row += 3) Box(canvas, Shade([112, 138, 158], 1.35 - 0.7 * row / height), x, y + row, width, Math.Min(3, height - row));
        for (var shine = 0; shine < width / 5; shine++) Box(canvas, [176, 196, 208], x + width / 6 + shine, y + height / 2 - shine * height / width / 2 + random.Next(3), 1, height / 4);
    }

    private static void Door(MutableImage canvas, Random random, double[] wood, int x, int y, int width, int height)
    {
        Box(canvas, [232, 228, 218], x - 8, y - 8, width + 16, height + 8);
        Box(canvas, Shade(wood, 0.8), x, y, width, height);
        foreach (var panel in new[] { y + 12, y + height / 2 + 4 }) Box(canvas, Shade(wood, 0.95 + random.NextDouble() * 0.1), x + 12, panel, width - 24, height / 2 - 20);
        Box(canvas, [206, 190, 130], x + width - 11, y + height / 2 - 4, 5, 12);
    }

    private static void Tree(MutableImage canvas, Random random, int x, int foot, int radius)
    {
        Box(canvas, [86, 68, 52], x - 8, foot - radius * 2, 16, radius * 2);
        Leaves(canvas, random, x, foot - radius * 5 / 2, radius, radius * 4);
    }

    private static void Leaves(MutableImage canvas, Random random, int x, int y, int radius, int number)
    {
        for (var leaf = 0; leaf < number; leaf++)
        {
            var (angle, far) = (random.NextDouble() * Math.Tau, Math.Sqrt(random.NextDouble()) * radius);
            var (dx, dy) = (far * Math.Cos(angle), far * Math.Sin(angle));
            canvas.DrawCircle(Shade([78, 112, 52], 1.15 - 0.45 * (dy + radius) / (2 * radius) + random.NextDouble() * 0.25), x + (int)dx, y + (int)dy, Math.Max(5, radius / 7), fill: true);
        }
    }

    private static void Box(MutableImage canvas, double[] colour, int x, int y, int width, int height) => canvas.DrawRect(colour, x, y, width, height, fill: true);

    private static double[] Shade(double[] colour, double by) => [.. colour.Select(c => Math.Clamp(c * by, 0, 255))];

    private static T Any<T>(Random random, T[] among) => among[random.Next(among.Length)];
}
