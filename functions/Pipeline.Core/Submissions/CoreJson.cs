using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Core.Contracts;
using Pipeline.Core.Outcomes;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>How the core's values are kept as JSON: ids, quarters and digests as their text, money as its pence.</summary>
public static class CoreJson
{
    public static readonly JsonSerializerOptions Options = Make(indented: false);

    /// <summary>For files that a person may open.</summary>
    public static readonly JsonSerializerOptions Indented = Make(indented: true);

    private static JsonSerializerOptions Make(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            IgnoreReadOnlyProperties = true,
        };
        options.Converters.Add(new TextConverter<Quarter>(Quarter.Parse));
        options.Converters.Add(new TextConverter<ProviderId>(ProviderId.Parse));
        options.Converters.Add(new TextConverter<ContractId>(ContractId.Parse));
        options.Converters.Add(new TextConverter<Sha256>(Sha256.Parse));
        options.Converters.Add(new TextConverter<PaymentId>(PaymentId.Parse));
        options.Converters.Add(new MoneyConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        // What is written and read at nearly every start is known beforehand; reflection finds out about the rest.
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine(KnownTypes.Default, new DefaultJsonTypeInfoResolver())
            .WithAddedModifier(NameCounts);
        options.MakeReadOnly();
        return options;
    }

    /// <summary>Counts say of which dataset they are.</summary>
    private static void NameCounts(JsonTypeInfo type)
    {
        if (type.Type != typeof(FileCounts))
            return;
        type.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "dataset" };
        foreach (var dataset in Dataset.All)
            type.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(dataset.Counts, dataset.Name));
    }

    private sealed class TextConverter<T>(Func<string, T> parse) : JsonConverter<T>
        where T : notnull
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    private sealed class MoneyConverter : JsonConverter<Money>
    {
        public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Pence);
    }
}

/// <summary>The values that files are made of. What is missing here is found out by reflection, which takes a moment longer.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(FileCounts))]
[JsonSerializable(typeof(OutcomeCounts))]
[JsonSerializable(typeof(ReferralCounts))]
[JsonSerializable(typeof(EvidenceCounts))]
[JsonSerializable(typeof(HoursCounts))]
[JsonSerializable(typeof(SocialValueCounts))]
[JsonSerializable(typeof(QualityCounts))]
[JsonSerializable(typeof(IncidentCounts))]
[JsonSerializable(typeof(FeedbackCounts))]
[JsonSerializable(typeof(DecisionList))]
[JsonSerializable(typeof(CheckList))]
[JsonSerializable(typeof(ConfirmationList))]
[JsonSerializable(typeof(ContractList))]
[JsonSerializable(typeof(CalendarList))]
[JsonSerializable(typeof(PublicationList))]
[JsonSerializable(typeof(PeopleList))]
[JsonSerializable(typeof(CouncilList))]
internal sealed partial class KnownTypes : JsonSerializerContext;
