using RgpdCrm.Core.Properties;

namespace RgpdCrm.Core.Data;

/// <summary>What the fictional Agence du Tilleul, in Angers, is made of. Nobody here exists.</summary>
internal static class DemoNames
{
    public static readonly string[] First =
    [
        "Hélène", "Jean-Pierre", "Zoé", "Maël", "Inès", "Noël", "Chloé", "François", "Anaïs", "Karim", "Amélie", "Rémi", "Gaëlle", "Benoît", "Léa", "Mehdi",
        "Marie-Claude", "Jérôme", "Océane", "Théo", "Aïcha", "Loïc", "Élodie", "Sébastien", "Fatou", "Guillaume", "Camille", "Yann", "Brigitte", "Étienne",
        "Nathalie", "Hugo", "Soizic", "Mathéo", "Célia", "Didier", "Manon", "Joël", "Salomé", "Anne-Laure", "Bastien", "Nadia", "Tristan", "Odile", "Ludovic", "Perrine",
    ];

    public static readonly string[] Last =
    [
        "Garnier", "Lefèvre", "Dupré", "Le Goff", "Béranger", "Fontaine", "Moreau", "Petit-Jean", "Œuvrard", "D’Almeida", "Nguyen", "Faure", "Rousselot", "Chevalier",
        "Guérin", "Delaunay", "Bouchard", "Kerouédan", "Gautier-Lamy", "Maréchal", "Traoré", "Besnard", "Hénault", "Poirier", "Cordier", "Vasseur", "Lemoine", "Aubry",
        "Belkacem", "Renaud", "Charpentier", "Noblet", "Ferré", "Gicquel", "Ménard", "Pasquier", "Raimbault", "Saulnier", "Tessier", "Vallée", "Ollivier", "Brossard",
        "Cesbron", "Abélard", "Lhermitte", "Godin", "Marchand-Roy", "Quéméneur", "Suteau", "Thibault",
    ];

    public static readonly string[] Streets =
    [
        "rue des Lices", "boulevard Foch", "rue Bressigny", "avenue Pasteur", "rue du Mail", "quai Ligny", "rue Saint-Aubin", "rue de la Madeleine", "allée des Tilleuls",
        "rue Beaurepaire", "place La Rochefoucauld", "rue Volney", "chemin des Perrières", "rue de Létanduère", "avenue Jean-Joxé", "rue Franklin",
    ];

    public static readonly (string Code, string City)[] Cities =
    [
        ("49000", "Angers"), ("49100", "Angers"), ("49240", "Avrillé"), ("49800", "Trélazé"), ("49130", "Les Ponts-de-Cé"), ("49070", "Beaucouzé"), ("49124", "Saint-Barthélemy-d’Anjou"),
    ];

    /// <summary>Towns around Angers, and euros a square metre sells for there.</summary>
    public static readonly (string Town, int PerMetre)[] Towns =
    [
        ("49000 Angers", 3300), ("49100 Angers", 3500), ("49000 Angers", 3100), ("49240 Avrillé", 2900), ("49800 Trélazé", 2400), ("49130 Les Ponts-de-Cé", 2700), ("49070 Beaucouzé", 2900),
        ("49124 Saint-Barthélemy-d’Anjou", 2700), ("49080 Bouchemaine", 3000), ("49130 Sainte-Gemmes-sur-Loire", 2800), ("49610 Mûrs-Erigné", 2600), ("49460 Montreuil-Juigné", 2400),
    ];

    public static readonly string[] Trades = ["Étude notariale", "Cabinet de diagnostic", "Menuiserie", "Cabinet d’architecture", "Courtage", "Agence partenaire", "Syndic"];

    public static readonly PropertyKind[] Kinds = [PropertyKind.Apartment, PropertyKind.Apartment, PropertyKind.Apartment, PropertyKind.House, PropertyKind.House, PropertyKind.Apartment, PropertyKind.Commercial];

    public static readonly string[] Tags = ["investisseur", "primo-accédant", "urgent", "bord de Loire", "travaux acceptés", "recommandé", "expatrié"];

    public static readonly string[] Notes =
    [
        "Préfère être appelée le soir.", "Financement accordé par sa banque.", "Cherche au calme, proche du tramway.", "Vend pour cause de mutation.", "Souhaite un garage.",
        "A visité trois biens sans suite.", "Projet repoussé à l’an prochain.", "Demande une estimation écrite.",
    ];

    public static readonly string[] Inquiries =
    [
        "Bonjour, ce bien est-il toujours disponible ? Je peux visiter samedi.", "Pourriez-vous m’envoyer le montant des charges ?", "Je souhaite faire estimer ma maison.",
        "Je cherche un T3 avec balcon, budget 900 € par mois.", "Le bien est-il proche des écoles ?",
    ];
}
