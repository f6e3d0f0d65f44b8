using System.Text;
using Pipeline.Core.Findings;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Findings;

/// <summary>What looks like something about a person, and what only nearly does (domain.md section 3).</summary>
public class PersonalDataTests
{
    [Theory]
    [InlineData("QQ123456C", "PER-002")]
    [InlineData("qq123456c", "PER-002")]
    [InlineData("AB-12-34-56-C", "PER-002")]
    [InlineData("REF-AB123456C", "PER-002")]
    [InlineData("REF/AB/123456/C", "PER-002")]
    [InlineData("9434765919", "PER-003")]
    [InlineData("943-476-5919", "PER-003")]
    [InlineData("NHS-9434765919", "PER-003")]
    [InlineData("C.943.476.5919", "PER-003")]
    [InlineData("NHS9434765919", "PER-003")]
    [InlineData("9434765919a", "PER-003")]
    [InlineData("TEL07700900123", "PER-006")]
    [InlineData("C447700900123", "PER-006")]
    [InlineData("JSAB123456C", "PER-002")]
    [InlineData("B11BB", "PER-004")]
    [InlineData("SW1A-2AA", "PER-004")]
    [InlineData("b15-2tt", "PER-004")]
    [InlineData("C-EC1A-1BB", "PER-004")]
    [InlineData("07700900123", "PER-006")]
    [InlineData("0121-496-0000", "PER-006")]
    [InlineData("C-07700-900123", "PER-006")]
    [InlineData("447700900123", "PER-006")]
    [InlineData("00447700900123", "PER-006")]
    [InlineData("1980-01-31", "PER-007")]
    [InlineData("31/01/1980", "PER-007")]
    [InlineData("31_1_1980", "PER-007")]
    [InlineData("JS31.01.80", "PER-007")]
    [InlineData("JS-31-01-80", "PER-007")]
    [InlineData("JS19800131", "PER-007")]
    [InlineData("31011980", "PER-007")]
    public void A_reference_is_taken_for(string reference, string rule) =>
        Assert.Equal(rule, PersonalData.InReference(Encoding.UTF8.GetBytes(reference), out _)?.Id);

    [Theory]
    [InlineData("C-000123")]
    [InlineData("HL01-2025-0042")]
    [InlineData("EV/2025/07/003")]
    [InlineData("EV/2025/07/03")]
    [InlineData("EV-20250612-01")]
    [InlineData("EV-12062025-01")]
    [InlineData("EV-12-06-25")]
    [InlineData("0123456789")] // A counter with a nought before it.
    [InlineData("0000000019")]
    [InlineData("AB1234567")]
    [InlineData("1f4e7c2a-b11b-4bb1-9434-765919077009")]
    [InlineData("EV-1F4E7C2A-B11B-4BB1-9434-765919077009")]
    [InlineData("b11bb")] // Small letters without a space are as likely a number to the base of 36.
    [InlineData("ZB1-1BB")] // There is no such area, and no such ending.
    [InlineData("B1-1BO")]
    [InlineData("3a9434765919f4")] // Digits in more places are those of a hexadecimal number.
    [InlineData("2025-Q1-17")]
    [InlineData("2025-26-Q1-03")]
    [InlineData("HL/2025/1/12")] // The twelfth of the first quarter.
    [InlineData("01-2025-00123")] // Ten digits and more, beginning with a nought, but of no area code.
    [InlineData("2025-26-0008")] // Its ten digits pass modulus 11.
    [InlineData("9434765918")] // They fail modulus 11.
    [InlineData("1234567890")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("0000000001")]
    [InlineData("QQ123456E")]
    [InlineData("HL123456")]
    [InlineData("3-4-56")]
    [InlineData("12-03-25-0042")]
    [InlineData("2025-26-01-05")]
    [InlineData("2025-13-01")]
    [InlineData("20251301")]
    [InlineData("32011980")]
    [InlineData("202507031")]
    [InlineData("C-20250042")]
    [InlineData("C0000000019")] // Its ten digits pass modulus 11.
    [InlineData("C9434765918")]
    [InlineData("HL1234567890")]
    [InlineData("AB12345")]
    [InlineData("B1-1B")]
    [InlineData("a")]
    [InlineData("client_A.b/c-d")]
    public void A_reference_is_only_a_reference(string reference) =>
        Assert.Null(PersonalData.InReference(Encoding.UTF8.GetBytes(reference), out _)?.Id);

    /// <summary>Whether ten digits are an NHS number, the others of the column tell.</summary>
    [Theory]
    [InlineData("9434765919", true)]
    [InlineData("9434765919 9434765919", true)]
    [InlineData("9434765919 1234567890", true)] // Half of them: it errs on the side of finding.
    [InlineData("9434765919 1234567890 1234567891", false)]
    [InlineData("C9434765919 C1234567890 C1234567891", false)]
    [InlineData("943-476-5919 1234567890 1234567891", true)] // Nobody counts like that.
    [InlineData("9434765919 C-1 C-2 C-3", true)] // The others are no ten digits.
    public void Ten_digits_are_an_NHS_number_unless_most_of_their_column_fail_the_check_digit(string references, bool isFound)
    {
        string rows = string.Concat(references.Split(' ')
            .Select((reference, n) => $"{reference},homeless,{(n % 2 == 0 ? "health" : "housing")},,2025-04-0{n + 1},open,,,,,,\n"));
        Assert.Equal(isFound, Examples.CheckRows(Dataset.Outcomes, rows).Findings.ByRule.Any(count => count.Rule.Id == "PER-003"));
    }

    [Fact]
    public void A_column_that_counts_with_ten_digits_is_known_for_good_after_some_and_no_sooner()
    {
        var finding = new Finding(Rules.NhsNumber, 2);
        var few = new Lookalikes();
        for (int n = 0; n < 40; n++)
            few.Add(n < 10 ? null : finding);
        Assert.Equal(30, few.Findings.Count);

        var many = new Lookalikes();
        for (int n = 0; n < 400; n++)
            many.Add(n < 40 ? null : finding);
        Assert.Empty(many.Findings);
    }

    /// <summary>Forms that persons' data and providers' own schemes share: the others of the column tell.</summary>
    [Theory]
    [InlineData("b139nq", "PER-004")]
    [InlineData("b139nq sw1a1aa wv11bb", "PER-004")]
    [InlineData("b139nq k3x91 zz9k4q", "")] // Most of them are no postcodes.
    [InlineData("JS310180", "PER-007")]
    [InlineData("js-310180 AB-010275", "PER-007")]
    [InlineData("HL000123 HL310180 HL000125", "")] // A counter has such numbers as well.
    [InlineData("HL110350 HL110351 HL110352 HL110353", "")] // All of one day: a counter.
    [InlineData("JS310119", "")] // Nobody who is helped was born then.
    [InlineData("AB123456", "")] // Many a scheme has two letters and six digits,
    [InlineData("AB123456 AB123457 AB123458 AB123459 AB123460 AB123461 AB123462 AB123463 AB123464", "")] // with the same letters,
    [InlineData("AB123456 CE123457 HJ123458 AB123459 CE123460 HJ123461 AB123462 AB123463 HJ123464", "")] // or a few.
    [InlineData("AB123456 CE823457 HJ923458 JM123459 PR223460 SW323461 TY423462 XA523463 EC623464", "PER-002")]
    [InlineData("AB123456 CE823457 HJ923458 JM123459 PR223460 SW323461 TY423462", "")]
    public void Forms_that_are_ordinary_too_are_found_where_their_column_tells(string references, string rule)
    {
        string rows = string.Concat(references.Split(' ').Select(reference => $"{reference},2025-04-02,council,N,waiting,,\n"));
        var found = Examples.CheckText(Dataset.Referrals, "referral_ref,received_on,route,joint,status,decided_on,reason\n" + rows).Findings
            .ByRule.Where(count => count.Rule.Id.StartsWith("PER-", StringComparison.Ordinal)).ToList();
        Assert.Equal(rule, string.Join(' ', found.Select(count => count.Rule.Id)));
        Assert.All(found, count => Assert.Equal(references.Split(' ').Length, count.Total));
    }

    [Fact]
    public void Ten_digits_are_found_in_a_file_that_breaks_off() =>
        Assert.True(Examples.CheckText(Dataset.Referrals,
            "referral_ref,received_on,route,joint,status,decided_on,reason\n9434765919,2025-04-02,council,N,waiting,,\nR-\"2\n").Findings.HasPersonalData);

    [Theory]
    [InlineData("ask jo@example.org", "PER-005")]
    [InlineData("jo@mail.example.co.uk.", "PER-005")]
    [InlineData("NI QQ 12 34 56 C given", "PER-002")]
    [InlineData("(qq123456c)", "PER-002")]
    [InlineData("NHS no. 943 476 5919", "PER-003")]
    [InlineData("nhs:9434765919;", "PER-003")]
    [InlineData("nhs no9434765919", "PER-003")]
    [InlineData("call07700900123 now", "PER-006")]
    [InlineData("lives at B1 1BB", "PER-004")]
    [InlineData("lives in SW1A2AA now", "PER-004")]
    [InlineData("ring 07700 900123", "PER-006")]
    [InlineData("ring 07700\u00A0900\u2013123", "PER-006")] // As a word processor writes it.
    [InlineData("ring 07700 900123 12 times", "PER-006")]
    [InlineData("12 07700900123", "PER-006")]
    [InlineData("(0121) 496 0000", "PER-006")]
    [InlineData("020 7946 0018", "PER-006")]
    [InlineData("+44 (0)7700 900123", "PER-006")]
    [InlineData("+44 7700 900123", "PER-006")]
    [InlineData("born 31/01/1980", "PER-007")]
    [InlineData("born 31.1.80", "PER-007")]
    [InlineData("born 31 January 1980", "PER-007")]
    [InlineData("born 1st of Feb, 1980", "PER-007")]
    [InlineData("born 03-Apr-80", "PER-007")]
    [InlineData("dob1980-01-31T00:00", "PER-007")]
    [InlineData("dob 19800131", "PER-007")]
    [InlineData("born 31 01 1980", "PER-007")]
    [InlineData("ring ０７７００ ９００１２３", "PER-006")]
    [InlineData("ring ٠٧٧٠٠ ٩٠٠١٢٣", "PER-006")]
    [InlineData("ring 07700\u200B900123", "PER-006")]
    [InlineData("ring 07 70 09 00 12 3", "PER-006")]
    [InlineData("ring 0 7 7 0 0 9 0 0 1 2 3", "PER-006")]
    [InlineData("ring 07-479 123 456", "PER-006")]
    [InlineData("94 34 76 59 19", "PER-003")]
    [InlineData("9 4 3 4 7 6 5 9 1 9", "PER-003")]
    [InlineData("lives at b1 1bb", "PER-004")]
    [InlineData("lives at sw1a2aa", "PER-004")]
    [InlineData("Ｂ１ １ＢＢ", "PER-004")]
    [InlineData("NI QQ 12 34 56", "PER-002")]
    [InlineData("NI ab123456", "PER-002")]
    [InlineData("ask jo @ example.org", "PER-005")]
    [InlineData("ask jo@ example . org", "PER-005")]
    [InlineData("ask jo＠example.org", "PER-005")]
    public void A_text_holds(string text, string rule) =>
        Assert.Equal(rule, PersonalData.InText(Encoding.UTF8.GetBytes(text), isProse: true)?.Id);

    [Theory]
    [InlineData("")]
    [InlineData("Open day @ the centre")]
    [InlineData("12 volunteers, 340 hours, 1,250 meals")]
    [InlineData("2025-26 programme, quarter 1 of 4")]
    [InlineData("m4 2nd floor")]
    [InlineData("April to June 2025")]
    [InlineData("may 12 people come?")]
    [InlineData("reached 1234567890 people")]
    [InlineData("24/7 cover, 9.30 to 17.00")]
    [InlineData("0121 area")]
    [InlineData("grant of £44,000,000,000")]
    [InlineData("from e1 9am to 5pm")]
    [InlineData("open day @ St. Anne's")]
    [InlineData("12 34 56 78 90")]
    [InlineData("by 200000 pounds")]
    public void A_text_holds_nothing(string text) => Assert.Null(PersonalData.InText(Encoding.UTF8.GetBytes(text), isProse: true)?.Id);

    [Fact]
    public void A_text_of_64_KiB_is_looked_at_to_its_end()
    {
        string text = string.Concat(Enumerable.Repeat("12 a 3-", 9_000));

        Assert.Null(PersonalData.InText(Encoding.UTF8.GetBytes(text), isProse: true));
        Assert.Equal(Rules.EmailAddress, PersonalData.InText(Encoding.UTF8.GetBytes(text + " jo@example.org"), isProse: true));
        Assert.Equal(Rules.TelephoneNumber, PersonalData.InText(Encoding.UTF8.GetBytes(text + " a 07700 900123"), isProse: true));
    }

    [Theory]
    [InlineData("Name")]
    [InlineData("client name")]
    [InlineData("ClientName")]
    [InlineData("first_name")]
    [InlineData("Surname")]
    [InlineData("DOB")]
    [InlineData("Date of Birth")]
    [InlineData("dateofbirth")]
    [InlineData("nhs_number")]
    [InlineData("NHSNumber")]
    [InlineData("NHSNo")]
    [InlineData("NI Number")]
    [InlineData("NINumber")]
    [InlineData("nino")]
    [InlineData("home-address")]
    [InlineData("Post_Code_postcode")]
    [InlineData("Tel.")]
    [InlineData("Mobile no")]
    [InlineData("E-mail")]
    [InlineData("emailAddress")]
    [InlineData("DoB")]
    [InlineData("D.O.B.")]
    [InlineData("d_o_b")]
    [InlineData("Post code")]
    [InlineData("PostCode")]
    [InlineData("N.I. Number")]
    [InlineData("Telno")]
    [InlineData("contact_number")]
    public void A_header_names_a_person(string header) => Assert.True(PersonalData.IsColumn(header));

    [Theory]
    [InlineData("comments")]
    [InlineData("renamed")]
    [InlineData("unit")]
    [InlineData("tenancy")]
    [InlineData("mobility")]
    [InlineData("result on")]
    public void A_header_names_nobody(string header) => Assert.False(PersonalData.IsColumn(header));

    [Fact]
    public void No_column_of_a_dataset_but_a_name_of_the_register_names_a_person() =>
        Assert.Equal(
            ["provider_name", "service_name"],
            Dataset.All.SelectMany(d => d.Columns).Select(c => c.Name).Where(PersonalData.IsColumn));

    [Theory]
    [InlineData("outcomes", "jo@example.org,homeless,health,,2025-04-02,open,,,,,,", "PER-005")]
    [InlineData("outcomes", "Jo Lee 31/01/1980,homeless,health,,2025-04-02,open,,,,,,", "PER-007")]
    [InlineData("outcomes", "C-1,B1 1BB,health,,2025-04-02,open,,,,,,", "PER-004")]
    [InlineData("outcomes", "C-1,homeless,health,07700 900123,2025-04-02,open,,,,,,", "PER-006")]
    [InlineData("outcomes", "C-1,homeless,nonsense,QQ123456C,2025-04-02,open,,,,,,", "PER-002")]
    [InlineData("outcomes", "C-1,homeless,health,,QQ123456C,open,,,,,,", "PER-002")]
    [InlineData("outcomes", "C-1,homeless,health,,2025-04-02,31/01/1980,,,,,,", "PER-007")]
    [InlineData("outcomes", "C-1,homeless,health,,2025-04-02,nonsense,,9434765919,,,,", "PER-003")]
    [InlineData("outcomes", "C-1,homeless,health,,2025-04-02,open,,,,,jo@example.org,", "PER-005")]
    [InlineData("outcomes", "C-1,homeless,health,,2025-04-02,open,,,,,,,jo@example.org", "PER-005")] // An uneven row.
    [InlineData("evidence", "nonsense,jo@example.org,E-1,2025-04-30,,", "PER-005")]
    [InlineData("evidence", "quality,audit,E-1,2025-04-30,07700900123,", "PER-006")]
    [InlineData("hours", "2025-04,07700900123,10", "PER-006")]
    [InlineData("social-value", "social,Fair,2025-04-30,1,1,9434765919", "PER-003")]
    [InlineData("feedback", "07700 900123,2025-04-30,1,1", "PER-006")]
    [InlineData("feedback", "31 01 1980,2025-04-30,1,1", "PER-007")]
    [InlineData("outcomes", "9434765919,homeless,health,,2025-04-02,open,,,,,,", "PER-003")]
    [InlineData("decisions", "nonsense,jo@example.org,met,Ann,Ben,2025-07-10,,", "PER-005")]
    [InlineData("decisions", "HL-001,quality,met,jo@example.org,Ben,2025-07-10,,", "PER-005")]
    [InlineData("decisions", "HL-001,quality,met,Ann,Ben,2025-07-10,,rang 07700 900123", "PER-006")]
    [InlineData("confirmations", "jo@example.org,paid,2025-08-01,", "PER-005")]
    [InlineData("contracts", "HL-001,acme,Acme,Support,jo@example.org,nonsense,1000,2025-04-01,2026-03-31,S-1", "PER-005")]
    [InlineData("calendar", "jo@example.org,,2025-07-31,", "PER-005")]
    public void Is_found_in_any_column(string dataset, string row, string rule)
    {
        var file = Examples.CheckRows(Dataset.Find(dataset)!, row + "\n");

        Assert.Contains(file.Findings.ByRule, count => count.Rule.Id == rule);
        Assert.True(file.Findings.HasPersonalData);
    }

    [Fact]
    public void Is_found_where_a_framework_asks_for_no_reason()
    {
        var file = Examples.CheckRows(Dataset.Outcomes, "C-1,homeless,housing,,2025-04-02,fully_met,2025-04-03,jo@example.org,E-1,,,\n",
            Examples.TwoLevelContract);

        Assert.Contains("PER-005 2 reason H2", file.Found());
    }

    [Theory]
    [InlineData("month,commissioned_hours,delivered_hours,comments", "2025-04,1,1,jo@example.org", "PER-005 2 - D2")]
    [InlineData("month,commissioned_hours,comments", "2025-04,1,jo@example.org", "PER-005 2 delivered_hours C2")]
    [InlineData("month,month,commissioned_hours,delivered_hours", "2025-04,jo@example.org,1,1", "PER-005 2 - B2")]
    [InlineData("2025-04,10,jo@example.org", "2025-05,10,10", "PER-001 1 - C1")] // No header: the first record stands in its place.
    public void Is_found_below_a_header_that_is_wrong(string header, string row, string finding) =>
        Assert.Contains(finding, Examples.CheckText(Dataset.Hours, header + "\n" + row + "\n").Found());

    [Fact]
    public void Is_remembered_of_a_file_that_is_refused_as_a_whole()
    {
        Assert.True(Examples.CheckText(Dataset.Hours, "month;surname\n").Findings.HasPersonalData);
        Assert.True(Examples.CheckText(Dataset.Hours, "month,surname\n" + new string('x', 100_000)).Findings.HasPersonalData);
        Assert.True(Examples.CheckText(Dataset.Hours, "\"month\";\"surname\"\n").Findings.HasPersonalData);
        Assert.False(Examples.CheckText(Dataset.Hours, "month;commissioned_hours\n").Findings.HasPersonalData);
        Assert.False(Examples.CheckText(Dataset.Hours, "\"month\";\"commissioned_hours\"\n").Findings.HasPersonalData);
    }
}

/// <summary>
/// The path that nearly every value takes. Alone, since what the runtime compiles for others delays what it compiles for these.
/// </summary>
[Collection("Alone")]
public class PersonalDataCostTests
{
    [Fact]
    public void References_are_looked_at_without_allocating()
    {
        byte[] reference = Encoding.UTF8.GetBytes("HL01-2025-004217");
        byte[] text = Encoding.UTF8.GetBytes("12 volunteers, 340 hours at 3 sites");

        // The library's own code allocates until the runtime has compiled it for good.
        long allocated = long.MaxValue;
        for (int attempt = 0; attempt < 3000 && allocated > 0; attempt++)
        {
            Thread.Sleep(attempt == 0 ? 0 : 20);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Look();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);

        void Look()
        {
            for (int i = 0; i < 100; i++)
            {
                _ = PersonalData.InReference(reference, out _);
                _ = PersonalData.InText(text, isProse: true);
            }
        }
    }
}
