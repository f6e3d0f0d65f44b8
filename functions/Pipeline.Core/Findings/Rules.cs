namespace Pipeline.Core.Findings;

/// <summary>
/// Everything that an upload is checked for, in the order in which it is published, and all of its wording.
/// An id is never used again for something else. Sections are those of domain.md.
/// </summary>
public static class Rules
{
    private static readonly List<Rule> Published = [];

    // Where a file is put: section 2, and what a contract may send: section 5.
    public static readonly Rule PathFitsNoSlot = Error("SLT-001",
        "The file's place or name is not that of anything that is taken in.",
        "Correct the part of its place or name that is told as expected, and upload it again.");
    public static readonly Rule ContractNotTheProviders = Error("SLT-002",
        "The register holds no contract of this id for this provider in this quarter.",
        "Check the contract's id in the path; if it is right, ask the commissioner to register the contract.");
    public static readonly Rule ContractNotActive = Error("SLT-003",
        "The contract is not active on any day of this quarter.",
        "Upload to a quarter in which the contract runs; if its dates are wrong, ask the commissioner to correct the register.");
    public static readonly Rule QuarterClosed = Error("SLT-004",
        "The quarter is closed.",
        "Ask the commissioner for an extension, then upload the file again.");
    public static readonly Rule NoRegister = Error("SLT-005",
        "There is no register of contracts yet, so the file belongs to nobody.",
        "The commissioner uploads reference/contracts.csv; then this file is taken in, and nobody need upload it again.");
    public static readonly Rule QuarterNotBegun = Error("SLT-006",
        "The quarter has not begun.",
        "Check the quarter in the path; what is for a quarter to come is sent once it has begun.");
    public static readonly Rule Late = Warning("SLT-101",
        "The file came after the day on which it was due.",
        "It is taken in all the same; upload by the due date next time, or ask for an extension beforehand.");
    public static readonly Rule SameElsewhere = Warning("SLT-102",
        "The file is the same, to the byte, as the file that counts for another quarter or contract.",
        "Look whether it is the file of this quarter and contract; if the wrong one was sent, send the right one.");
    public static readonly Rule NilInPlaceOfRows = Warning("SLT-103",
        "The file has a header and no rows, which says that there is nothing to report; until now a version with rows counted.",
        "Nothing needs to be done if there is nothing to report; else send the file with its rows.");
    public static readonly Rule FarFewerRows = Warning("SLT-104",
        "The file has fewer than half of the rows of the version that counted until now.",
        "Look whether the file is whole; if it is, nothing needs to be done; else send it with all of its rows.");

    // The file as a whole: section 3. Each of these refuses it with this one finding.
    public static readonly Rule FileEmpty = Error("FIL-001",
        "The file is empty.",
        "Save it again with its header line and its rows, and send that.");
    public static readonly Rule FileIsWorkbook = Error("FIL-002",
        "The file was read as CSV text, but it is a workbook, a compressed file or a document.",
        "In the spreadsheet choose Save As and the type CSV UTF-8 (comma delimited), and send that file; a return may also be "
        + "sent as an Excel workbook (.xlsx).");
    public static readonly Rule FileIsUtf16 = Error("FIL-003",
        "The file is UTF-16 text, which Excel calls Unicode Text, not UTF-8.",
        "In the spreadsheet choose Save As and the type CSV UTF-8 (comma delimited), and send that file; a return may also be "
        + "sent as an Excel workbook (.xlsx).");
    public static readonly Rule FileNotUtf8 = Error("FIL-004",
        "The file holds letters or marks, such as £ or é, in another form of text than UTF-8. Excel's plain CSV does so.",
        "In the spreadsheet choose Save As and the type CSV UTF-8 (comma delimited), not CSV (comma delimited) or CSV "
        + "(Macintosh), and send that file; a return may also be sent as an Excel workbook (.xlsx).");
    public static readonly Rule FileHasNul = Error("FIL-005",
        "The file is damaged or no text: it holds a character that no text has (NUL).",
        "Open it in the program that it comes from, save it again as CSV UTF-8 (comma delimited), and send that file.");
    public static readonly Rule FileNotCommaSeparated = Error("FIL-006",
        "The names of the columns are separated by semicolons or tabs, not commas.",
        "In the spreadsheet choose Save As and the type CSV UTF-8 (comma delimited), and send that file. Where that writes "
        + "semicolons, the computer is set to another country's habits: a return may also be sent as an Excel workbook (.xlsx).");
    public static readonly Rule FileTooLarge = Error("FIL-007",
        "The file is larger than the limit.",
        "Take out what is not asked for; if it is really that large, ask the commissioner to raise the limit.");
    public static readonly Rule RecordTooLong = Error("FIL-008",
        "A row is far longer than any row should be (64 KiB), most often because a quotation mark is never closed.",
        "Look for a stray quotation mark in the line named, and close or remove it.");
    public static readonly Rule LineEndsInCarriageReturn = Error("FIL-009",
        "Lines end as in old Macintosh files, in a carriage return alone.",
        "In the spreadsheet choose Save As and the type CSV UTF-8 (comma delimited), not CSV (Macintosh), and send that file; "
        + "a return may also be sent as an Excel workbook (.xlsx).");
    public static readonly Rule MalwareFound = Error("FIL-010",
        "The scan found malware in the file. It was not opened, and no part of it counts.",
        "Have the computer that it comes from looked at, make the file anew on a clean one, and send that.");
    public static readonly Rule NotScanned = Error("FIL-011",
        "The file could not be scanned for malware. It was not opened, and no part of it counts.",
        "Take off any password, and send it again; if it is refused again, tell the commissioner.");

    // A workbook: section 3. Each of these refuses it, or its sheet, with this one finding.
    public static readonly Rule WorkbookDamaged = Error("WBK-001",
        "The file is not an Excel workbook, although its name ends in .xlsx, or it is damaged.",
        "Open it in the spreadsheet, choose Save As and the type Excel Workbook (.xlsx), and send that file.");
    public static readonly Rule WorkbookLocked = Error("WBK-002",
        "The workbook can be opened only with a password, or it is of the older kind (.xls).",
        "Open it in the spreadsheet, take off the password, choose Save As and the type Excel Workbook (.xlsx), and send that file.");
    public static readonly Rule WorkbookHasMacros = Error("WBK-003",
        "The workbook holds macros.",
        "Choose Save As and the type Excel Workbook (.xlsx), which leaves macros out, and send that file.");
    public static readonly Rule WorkbookHasLinks = Error("WBK-004",
        "The workbook takes values from other files.",
        "In Excel choose Data, Edit Links, Break Link, so that only the values stay, then save the workbook and send it again.");
    public static readonly Rule WorkbookTooLarge = Error("WBK-005",
        "The workbook holds more than a return needs: it is larger, or unpacks to more, than is taken.",
        "Copy the rows, values only, into the template, and send that; if there are really that many rows, send them as CSV.");
    public static readonly Rule SheetUnclear = Error("WBK-006",
        "Several sheets hold values, and it is not clear which of them to read.",
        "Give the sheet to read the name of the dataset, and no other sheet that name.");
    public static readonly Rule NoSheetFilled = Error("WBK-007",
        "No sheet that is named after a dataset has rows below its header.",
        "Fill in the sheet of each dataset with something to report; for a dataset with nothing to report, send a file of its own with the "
        + "header alone.");
    public static readonly Rule SheetHasMergedCells = Error("WBK-008",
        "Cells of the sheet are merged, so that it is not clear to which rows and columns their values belong.",
        "Select the whole sheet, choose Unmerge Cells, and fill in each cell.");
    public static readonly Rule SheetHasErrorValues = Error("WBK-009",
        "A cell holds an error of the spreadsheet, such as #N/A or #REF!.",
        "Correct the formula, or write the value itself.");
    public static readonly Rule FormulaWithoutResult = Error("WBK-010",
        "A cell holds a formula whose result is not in the file.",
        "Open the workbook in the spreadsheet, which works the formulas out, save it, and send it again.");
    public static readonly Rule SheetTooWide = Error("WBK-011",
        "A value stands far to the right of the table.",
        "Delete the columns to the right of the table.");

    public static readonly Rule SheetNotNamed = Error("WBK-012",
        "A sheet has rows and the columns of the dataset, but not its name. It was not read.",
        "Give the sheet the name of the dataset, or delete it if it is not to be sent.");
    public static readonly Rule SheetPassedOver = Warning("WBK-101",
        "The workbook has another sheet with rows and the columns of a dataset. It was not read.",
        "Nothing needs to be done if it is not to be sent; else put its rows on the sheet that is named after the dataset, or send them as "
        + "a file of their own.");

    // The header: section 3.
    public static readonly Rule ColumnMissing = Error("HDR-001",
        "A column is missing from the header. The rows were checked without it.",
        "Look whether the column is there under another name, and give it the name that is expected; if it is not there, add it.");
    public static readonly Rule ColumnUnknown = Error("HDR-002",
        "The header has a column that is not asked for here.",
        "Remove the column, or correct its name.");
    public static readonly Rule ColumnRepeated = Error("HDR-003",
        "A column stands in the header twice.",
        "Keep one of the two.");
    public static readonly Rule ColumnMisspelt = Error("HDR-004",
        "The name of a column is nearly one that is expected, or stands in its place. The rows were checked as if it were that one.",
        "If that column is meant, type its name into the header as it stands here; if it is another one, remove it.");
    public static readonly Rule HeaderElsewhere = Error("HDR-005",
        "The header does not stand on line 1. The rows below it were checked all the same.",
        "Delete the lines above the header, so that the names of the columns are the first line of the file.");
    public static readonly Rule HeaderOfOther = Error("HDR-006",
        "The columns are those of another kind of file. The rows were not checked.",
        "Send the file under the name of what is in it, and here the file that belongs here.");
    public static readonly Rule HeaderRepeated = Error("HDR-007",
        "The row is the header once more.",
        "Delete the row; when files are put together, only the first keeps its header.");
    public static readonly Rule ColumnUnnamed = Error("HDR-008",
        "A value stands in a column that has no name.",
        "Clear the column, or give it the name of one that the file should have.");
    public static readonly Rule HeaderMissing = Error("HDR-009",
        "The first line is not the header: none of the names of the columns stands in it. The rows were not checked.",
        "Put the names of the columns into the first line of the file, above the data.");

    // The shape of the records: section 3.
    public static readonly Rule UnevenRow = Error("CSV-001",
        "The row has more or fewer values than the header has columns.",
        "Look for a comma too many or too few; a value with a comma in it needs quotation marks round it.");
    public static readonly Rule BrokenQuoting = Error("CSV-002",
        "A quotation mark is out of place or never closed. The rest of the file was not checked.",
        "Put quotation marks round the whole value and double those inside it, then check the file again.");
    public static readonly Rule RowEmpty = Error("CSV-003",
        "There are blank rows between the others.",
        "Select the blank rows and delete them: not their contents, the rows.");
    public static readonly Rule RowOfTotals = Error("CSV-004",
        "The row looks like one of totals. It was not read.",
        "Delete the row: everything is added up from the other rows.");
    public static readonly Rule RowsBlankBelow = Warning("CSV-101",
        "Below the data are rows that have commas but no values. They were left out.",
        "Nothing needs to be done. To be rid of them, select the rows below the data in the spreadsheet, delete them and save again.");
    public static readonly Rule ColumnsBlank = Warning("CSV-102",
        "Beside or between the data are columns with neither a name nor values. They were left out.",
        "Nothing needs to be done. To be rid of them, select the blank columns in the spreadsheet, delete them and save again.");

    // Personal data: section 3. Each of these quarantines the upload.
    public static readonly Rule PersonalColumn = Error("PER-001",
        "A column of the header is for something about a person.",
        "Remove the column with all its values; clients are known by the provider's own reference alone.");
    public static readonly Rule NationalInsuranceNumber = Error("PER-002",
        "The value looks like a National Insurance number.",
        "Use a reference of your own that says nothing about the person.");
    public static readonly Rule NhsNumber = Error("PER-003",
        "The value looks like an NHS number.",
        "Use a reference of your own that says nothing about the person.");
    public static readonly Rule Postcode = Error("PER-004",
        "The value looks like a postcode.",
        "Remove it, or use a reference of your own that says nothing about the person.");
    public static readonly Rule EmailAddress = Error("PER-005",
        "The value looks like an e-mail address.",
        "Remove it, or use a reference of your own that says nothing about the person.");
    public static readonly Rule TelephoneNumber = Error("PER-006",
        "The value looks like a telephone number.",
        "Remove it, or use a reference of your own that says nothing about the person.");
    public static readonly Rule DateInText = Error("PER-007",
        "The value holds a date, which may be a date of birth.",
        "Remove it; dates stand only in the date columns.");
    public static readonly Rule PersonalFileName = Error("PER-008",
        "The file's name looks as if it held something about a person.",
        "Name the file after its dataset, with a number if need be: outcomes-2.csv.");
    public static readonly Rule PersonalDataInWorkbook = Error("PER-009",
        "Another sheet of the workbook holds something about a person, so that none of its sheets is taken in.",
        "Mend the sheet whose receipt says so, then upload the workbook again.");

    // A single value: section 3.
    public static readonly Rule ValueMissing = Error("FLD-001",
        "A value is missing.",
        "Fill it in.");
    public static readonly Rule NotADate = Error("FLD-002",
        "The value is not a date that exists, from 1900 on.",
        "Write the date as 2025-04-30 or 30/04/2025.");
    public static readonly Rule NotAWholeNumber = Error("FLD-003",
        "The value is not a whole number of at most nine digits.",
        "Write digits only, without commas, spaces, signs or units.");
    public static readonly Rule NotANumber = Error("FLD-004",
        "The value is not a number of zero or more, below a thousand million, with at most two decimals.",
        "Write digits with a point, such as 1234.50, without commas, pound signs or units.");
    public static readonly Rule NotYesOrNo = Error("FLD-005",
        "The value is neither Y nor N.",
        "Write Y or N.");
    public static readonly Rule NotACode = Error("FLD-006",
        "The value is not one of the codes that this column takes.",
        "Write one of the codes that are listed as expected, as it stands there; the words in brackets say what it means.");
    public static readonly Rule NotAReference = Error("FLD-007",
        "The value is not a reference: 1 to 40 letters, digits, and _ . / - after the first, without spaces.",
        "Use a reference of your own in that form.");
    public static readonly Rule TextTooLong = Error("FLD-008",
        "The text is longer than 200 characters.",
        "Shorten it.");
    public static readonly Rule TextNotPlain = Error("FLD-009",
        "The text begins with = + - or @, as a formula does, or has a line break or tab in it.",
        "Write plain words on one line, and begin with a letter or digit.");
    public static readonly Rule NotAnId = Error("FLD-010",
        "The value is not an id: up to 31 letters, digits and hyphens, beginning with a letter or digit; a provider's in small letters.",
        "Write the id as the register has it.");
    public static readonly Rule NotAMonth = Error("FLD-011",
        "The value is not a month.",
        "Format the column as text, since a spreadsheet turns months into dates; then type each month again, as 2025-04.");
    public static readonly Rule NotAQuarter = Error("FLD-012",
        "The value is not a quarter of a financial year.",
        "Write the quarter as 2025-26-Q1, which is April to June 2025.");
    public static readonly Rule DateToCome = Error("FLD-013",
        "The date lies in the future.",
        "Correct the date: a file tells of what has happened by the day on which it is sent.");
    public static readonly Rule NoReference = Error("FLD-014",
        "The value says that there is no reference, as n/a, none, tbc and - do.",
        "Give the reference under which the evidence is kept; where none is asked for, leave the cell blank.");
    public static readonly Rule InvisibleCharacter = Error("FLD-020",
        "The value has a character in it that cannot be seen, such as a no-break space: it often comes from a web page or an e-mail.",
        "Type the value again in place of pasting it.");
    public static readonly Rule DateIsSerialNumber = Error("FLD-021",
        "The value is the number by which a spreadsheet keeps a date.",
        "Select the column, format its cells as a date (dd/mm/yyyy), and save the file again.");
    public static readonly Rule DateHasTime = Error("FLD-022",
        "The date has a time of day with it.",
        "Select the column and format its cells as a date without a time (dd/mm/yyyy); a cell that stays as it is "
        + "holds text: type its date again, as 2025-04-30. Then save the file again.");
    public static readonly Rule DateYearTooShort = Error("FLD-023",
        "The year of the date has only two digits.",
        "Select the column and format its cells as a date with the whole year (dd/mm/yyyy); a cell that stays as it is "
        + "holds text: type its date again, as 2025-04-30. Then save the file again.");
    public static readonly Rule DateInWords = Error("FLD-024",
        "The month of the date is written in letters.",
        "Select the column and format its cells as a date in numbers (dd/mm/yyyy); a cell that stays as it is "
        + "holds text: type its date again, as 2025-04-30. Then save the file again.");
    public static readonly Rule DateMonthFirst = Error("FLD-025",
        "The date only makes sense with the month first, as in America. Other dates of the file, read with the day first, may be other "
        + "days than are meant.",
        "Look at every date of the file, and write the day first (30/04/2025) or the year first (2025-04-30).");
    public static readonly Rule DateWrittenOtherwise = Error("FLD-026",
        "The date is written with other marks than are expected, or with fewer digits.",
        "Select the column and format its cells as a date (dd/mm/yyyy); a cell that stays as it is "
        + "holds text: type its date again, as 2025-04-30. Then save the file again.");

    // outcomes: section 4.
    public static readonly Rule ClientGroupNotServed = Error("OUT-001",
        "The contract does not serve this client group.",
        "Use a client group of the contract; if the register is wrong, ask the commissioner to correct it.");
    public static readonly Rule OutcomeNotForClientGroup = Error("OUT-002",
        "The outcome is for other client groups than this client's.",
        "Record the need under an outcome for this client's group.");
    public static readonly Rule IndicatorNotOfOutcome = Error("OUT-003",
        "The indicator does not belong to this outcome.",
        "Use an indicator of the outcome, or leave it blank for the outcome as a whole.");
    public static readonly Rule ResultDateMissing = Error("OUT-004",
        "The need has a result but not the day of the result.",
        "Fill in result_on, or make the result open.");
    public static readonly Rule ResultDateOfOpenNeed = Error("OUT-005",
        "The need is open, yet it has the day of a result.",
        "Clear result_on, or fill in the result.");
    public static readonly Rule ReasonMissing = Error("OUT-006",
        "The framework asks for a reason with this result.",
        "Fill in the reason why the need was not fully met.");
    public static readonly Rule ReasonNotAskedFor = Error("OUT-007",
        "A reason is given, but the framework asks for none with this result.",
        "Clear the reason.");
    public static readonly Rule EvidenceMissing = Error("OUT-008",
        "The need was met, fully or in part, but no evidence is named.",
        "Fill in the reference under which you keep the evidence.");
    public static readonly Rule ResultBeforeNeed = Error("OUT-009",
        "The result is dated before the need was identified.",
        "Correct need_identified_on or result_on.");
    public static readonly Rule ResultAfterQuarter = Error("OUT-010",
        "The result is dated after the quarter.",
        "Correct the date, or report the result in its own quarter and the need as open in this one.");
    public static readonly Rule NeedTooLongAgo = Error("OUT-011",
        "The need is dated before 1 January 2000.",
        "Correct need_identified_on.");
    public static readonly Rule NeedAfterQuarter = Error("OUT-012",
        "The need is dated after the quarter.",
        "Correct need_identified_on, or report the need in its own quarter.");
    public static readonly Rule LeftOutsideQuarter = Error("OUT-013",
        "The client left the service on a day outside the quarter.",
        "Correct left_service_on, or leave it blank if the client left in another quarter.");
    public static readonly Rule LeftBeforeOtherDates = Error("OUT-014",
        "The client left the service before another of the client's dates.",
        "Correct left_service_on or the later date.");
    public static readonly Rule NeedRepeated = Error("OUT-015",
        "The same client has this outcome and indicator more than once.",
        "Keep one row for the need, with its latest result.");
    public static readonly Rule ClientGroupDiffers = Error("OUT-016",
        "The client has another client group in an earlier row.",
        "Give the client one client group in all rows.");
    public static readonly Rule LeftDiffers = Error("OUT-017",
        "The client has another left_service_on in an earlier row.",
        "Give the client the same left_service_on in all rows; blank in all if the client has not left.");
    public static readonly Rule AccommodationBeforeDiffers = Error("OUT-018",
        "The client has another accommodation_before in an earlier row.",
        "Give the client the same accommodation_before in all rows.");
    public static readonly Rule AccommodationAfterDiffers = Error("OUT-019",
        "The client has another accommodation_after in an earlier row.",
        "Give the client the same accommodation_after in all rows.");
    public static readonly Rule LeaverWithOpenNeed = Error("OUT-020",
        "The client has left the service, yet the need is open.",
        "Fill in the result with which the client left.");
    public static readonly Rule ClientInOtherCase = Warning("OUT-101",
        "Another client of the file has the same reference but for small and capital letters.",
        "Check whether both are one client; if so, write the reference alike in all rows, so that the client counts once.");

    // referrals: section 4.
    public static readonly Rule ReferralRepeated = Error("RFL-001",
        "The referral stands in the file twice.",
        "Keep one row for each referral.");
    public static readonly Rule DecidedDateMissing = Error("RFL-002",
        "The referral is decided, but the day of the decision is missing.",
        "Fill in decided_on, or make the status waiting.");
    public static readonly Rule DecidedDateOfWaiting = Error("RFL-003",
        "The referral is waiting, yet it has the day of a decision.",
        "Clear decided_on, or correct the status.");
    public static readonly Rule DecidedOutsideQuarter = Error("RFL-004",
        "The referral was decided outside the quarter.",
        "Correct decided_on, or leave the referral to the quarter in which it was decided.");
    public static readonly Rule DecidedBeforeReceived = Error("RFL-005",
        "The referral was decided before it was received.",
        "Correct received_on or decided_on.");
    public static readonly Rule ReferralReasonMissing = Error("RFL-006",
        "The referral was unsuccessful, but the reason is missing.",
        "Fill in the reason.");
    public static readonly Rule ReferralReasonNotAskedFor = Error("RFL-007",
        "A reason is given for a referral that was not unsuccessful.",
        "Clear the reason, or correct the status.");
    public static readonly Rule ReceivedAfterQuarter = Error("RFL-008",
        "The referral was received after the quarter.",
        "Correct received_on, or report the referral in its own quarter.");

    // evidence: section 4.
    public static readonly Rule KindNotOfElement = Error("EVI-001",
        "The payment element does not take this kind of evidence.",
        "Use a kind that the element lists.");
    public static readonly Rule EvidenceOutsideQuarter = Error("EVI-002",
        "The evidence is dated outside the quarter.",
        "Correct evidence_on, or report the evidence in its own quarter.");
    public static readonly Rule EvidenceRepeated = Error("EVI-003",
        "The same evidence stands under this element twice.",
        "Keep one row for each item of evidence under an element.");
    public static readonly Rule QuantityZero = Error("EVI-004",
        "The quantity is less than one.",
        "Write a whole number of 1 or more, or leave it blank for 1.");

    // hours: section 4.
    public static readonly Rule MonthOutsideQuarter = Error("HRS-001",
        "The month is not in the quarter.",
        "Report each of the quarter's three months once.");
    public static readonly Rule MonthRepeated = Error("HRS-002",
        "The month stands in the file twice.",
        "Keep one row for each month.");
    public static readonly Rule UtilisationHigh = Warning("HRS-101",
        "More than 120 % of the commissioned hours were delivered.",
        "Check both figures; if they are right, nothing needs to be done.");

    // social-value: section 4.
    public static readonly Rule DeliveredOutsideQuarter = Error("SOC-001",
        "The activity was delivered outside the quarter.",
        "Correct delivered_on, or report the activity in its own quarter.");

    // quality: section 4.
    public static readonly Rule AreaRepeated = Error("QUA-001",
        "The area stands in the file twice.",
        "Keep one row for each area.");
    public static readonly Rule AssessedAfterQuarter = Error("QUA-002",
        "The area was assessed after the quarter.",
        "Correct assessed_on, or report the assessment in its own quarter.");

    // incidents: section 4.
    public static readonly Rule IncidentRepeated = Error("INC-001",
        "The incident stands in the file twice.",
        "Keep one row for each incident.");
    public static readonly Rule OccurredAfterQuarter = Error("INC-002",
        "The incident occurred after the quarter.",
        "Correct occurred_on, or report the incident in its own quarter.");
    public static readonly Rule ReportedBeforeOccurred = Error("INC-003",
        "The incident was reported before it occurred.",
        "Correct occurred_on or reported_on.");
    public static readonly Rule ReportedSlowly = Warning("INC-101",
        "The incident was reported more than 2 days after it occurred.",
        "Check both dates; if they are right, report incidents within 2 days.");

    // feedback: section 4.
    public static readonly Rule PositiveOverResponses = Error("FBK-001",
        "More positive responses are given than responses.",
        "Correct responses or positive_responses.");
    public static readonly Rule AskedOutsideQuarter = Error("FBK-002",
        "The question was asked outside the quarter.",
        "Correct asked_on, or report the answers in their own quarter.");
    public static readonly Rule QuestionRepeated = Error("FBK-003",
        "The question stands in the file twice for the same day.",
        "Keep one row for each question and day, with the responses added up; other may stand there several times.");

    // decisions: section 4.
    public static readonly Rule ReviewedContractUnknown = Error("DEC-001",
        "The register holds no contract of this id that is active in this quarter.",
        "Write the contract's id exactly as the register has it.");
    public static readonly Rule ElementNotOfContract = Error("DEC-002",
        "The payment element is not one of the contract's framework.",
        "Use an element of that framework.");
    public static readonly Rule ApproverIsReviewer = Error("DEC-003",
        "The approver is the reviewer.",
        "Have somebody else approve the decision: two people look at every payment.");
    public static readonly Rule DecisionRepeated = Error("DEC-004",
        "The contract and element stand in the file twice.",
        "Keep one decision for each element of a contract.");
    public static readonly Rule DecidedBeforeQuarter = Error("DEC-005",
        "The decision is dated before the quarter began.",
        "Correct decided_on.");
    public static readonly Rule DecisionReasonMissing = Error("DEC-006",
        "The element was not met, but the reason is missing.",
        "Give one of the framework's reasons; other where none fits.");
    public static readonly Rule NotAPersonsName = Error("DEC-007",
        "The value is not the name or initials of a member of staff.",
        PersonName.Expected);

    // checks: section 4.
    public static readonly Rule CheckOutsideQuarter = Error("CHK-001",
        "The check was carried out outside the quarter.",
        "Correct carried_out_on, or report the check in its own quarter.");
    public static readonly Rule CheckRepeated = Error("CHK-002",
        "The contract has the same check on the same day twice.",
        "Keep one row for each check.");

    // confirmations: sections 4 and 6.
    public static readonly Rule PaymentUnknown = Error("CNF-001",
        "No payment of this id was released for this quarter.",
        "Copy the payment_id from the payment file of the quarter, with its capital and small letters.");
    public static readonly Rule PaymentConfirmed = Error("CNF-002",
        "The payment is confirmed already.",
        "Remove the row; to correct what was reported, write paid after failed or returned, and returned after paid.");
    public static readonly Rule PaymentRepeated = Error("CNF-003",
        "The payment stands in the file twice.",
        "Keep one row for each payment.");
    public static readonly Rule PaidOutOfTime = Error("CNF-004",
        "The day is before the payment was released, or for one that was returned before it was paid; or it is still to come.",
        "Correct paid_on to the day on which the payment was made, failed or was returned.");
    public static readonly Rule ReturnedUnpaid = Error("CNF-005",
        "The payment was not reported as paid, so it cannot have been returned.",
        "Write failed if it never arrived; else report it as paid first.");

    // reference/contracts.csv: section 4.
    public static readonly Rule ContractEndsBeforeStart = Error("CON-002",
        "The contract ends before it starts.",
        "Correct starts_on or ends_on.");
    public static readonly Rule FrameworkUnknown = Error("CON-003",
        "There is no framework file of this id.",
        "Use the id of a framework, or put its file into reference/frameworks first.");
    public static readonly Rule ClientGroupUnknown = Error("CON-004",
        "One of the client groups is not in the contract's framework.",
        "Use the framework's codes, separated by semicolons.");
    public static readonly Rule ClientGroupRepeated = Error("CON-005",
        "A client group is named twice.",
        "Name each client group once.");
    public static readonly Rule ProviderNamedDifferently = Error("CON-006",
        "The provider has another provider_name in an earlier row.",
        "Give a provider the same name in all rows.");
    // CON-001 refused a contract that stood in the register twice.
    public static readonly Rule TermsOverlap = Error("CON-007",
        "Two terms of the contract have days in common.",
        "End the one on the day before the other starts.");
    public static readonly Rule ValueJumps = Warning("CON-101",
        "The annual value of a contract is more than twice, or less than half, of what it was.",
        "Look whether a digit or the decimal point is wrong; if the value is right, nothing needs to be done.");
    public static readonly Rule TermChangesWithinQuarter = Error("CON-008",
        "The contract has another provider or framework in the same quarter.",
        "Let the change take effect where a quarter begins, or register what follows as another contract.");

    // reference/calendar.csv: section 4.
    public static readonly Rule CalendarContractUnknown = Error("CAL-001",
        "The register holds no contract of this id.",
        "Write the contract's id exactly as the register has it, or leave it blank for everyone.");
    public static readonly Rule CalendarRepeated = Error("CAL-002",
        "The quarter and contract stand in the calendar twice.",
        "Keep one row for each quarter and contract.");
    public static readonly Rule ExtendedBeforeDue = Error("CAL-003",
        "The extension ends before the day on which the return is due.",
        "Correct due_on or extended_to.");

    // reference/publication.csv.
    public static readonly Rule SuppressionOutOfRange = Error("PUB-001",
        "The largest count to suppress is 1 or more than 100.",
        "Write 2 to 100, or 0 to suppress nothing; 1 by itself would be known to be 1.");
    public static readonly Rule RoundingOutOfRange = Error("PUB-002",
        "Counts are rounded to 0, or so widely that a count that is shown could become 0.",
        "Write 1 for no rounding, or at most twice the smallest count that is not suppressed.");
    public static readonly Rule PublicationRepeated = Error("PUB-003",
        "The quarter stands in the file twice.",
        "Keep one row for each quarter from which other rules hold.");
    public static readonly Rule NothingSuppressed = Warning("PUB-101",
        "From this quarter on no count is suppressed, however small.",
        "Write 7 to suppress counts from 1 to 7, unless nobody can be known by the figures.");

    // reference/council.csv.
    public static readonly Rule CouncilRepeated = Error("COU-001",
        "There is a second row, and one council publishes.",
        "Keep one row.");
    public static readonly Rule ContactOfAPerson = Error("COU-002",
        "The contact is no https address, and no mailbox that is named by what it is for.",
        "Write the address of a page, such as https://council.example/contact, or a mailbox that several people read, such as "
        + "outcomes@council.example; never a person's own.");

    // reference/frameworks/*.json: section 7.
    public static readonly Rule FrameworkTooLarge = Error("FRM-001",
        "The framework file is larger than 1 MiB.",
        "Keep to what the schema describes; a framework takes some hundred lines.");
    public static readonly Rule FrameworkNotJson = Error("FRM-002",
        "The file is not JSON text in UTF-8. The rest of it was not checked.",
        "Look for a missing comma, bracket or quotation mark, or a comment, in or just before the line named.");
    public static readonly Rule PropertyMissing = Error("FRM-003",
        "A property is missing.",
        "Add the property named; an empty list is written [].");
    public static readonly Rule PropertyUnknown = Error("FRM-004",
        "There is a property that does not belong here.",
        "Remove it, or correct its name; those that belong here are listed.");
    public static readonly Rule PropertyRepeated = Error("FRM-005",
        "A property stands in the same place twice.",
        "Keep one of the two.");
    public static readonly Rule WrongKindOfValue = Error("FRM-006",
        "The value is not of the kind that belongs here.",
        "Write what is named: text and codes in quotation marks, numbers and true or false without them.");
    public static readonly Rule FrameworkTextNotPlain = Error("FRM-007",
        "The text is blank, too long, or holds control characters.",
        "Write plain text on one line, of at most the length named.");
    public static readonly Rule NotAFrameworkId = Error("FRM-008",
        "The id is not 1 to 31 small letters, digits and hyphens that start with a letter or digit.",
        "Choose an id such as strategic-2019, and use it in the register.");
    public static readonly Rule NotAFrameworkCode = Error("FRM-009",
        "The code is not 1 to 64 small letters, digits and _.",
        "Choose a short code such as paid_work.");
    public static readonly Rule CodeReserved = Error("FRM-010",
        "The code is one that the pipeline keeps for itself.",
        "Choose another code than open, core and unallocated.");
    public static readonly Rule CodeRepeated = Error("FRM-011",
        "The code stands in its list twice; indicators are one list throughout the file.",
        "Keep one of the two, or give one of them another code.");
    public static readonly Rule NotADay = Error("FRM-012",
        "The value is not a day that exists.",
        "Write the day as 2019-02-20.");
    public static readonly Rule NotAChoice = Error("FRM-013",
        "The value is not one of those allowed here.",
        "Use one of those listed, in small letters.");
    public static readonly Rule ListEmpty = Error("FRM-014",
        "The list is empty, but needs something in it.",
        "Add at least one entry; where the property may be left out, leave it out.");
    public static readonly Rule LevelContradictsItself = Error("FRM-015",
        "The level's achieved does not go with its code.",
        "Write full for fully_met, part for partially_met and none for not_met.");
    public static readonly Rule ReasonsAndLevelsDiffer = Error("FRM-016",
        "A level requires a reason and none are listed, or reasons are listed and no level requires one.",
        "List the reasons and set reasonRequired at the levels that need one, or do neither.");
    public static readonly Rule CodeNotListed = Error("FRM-017",
        "The code is not in the list that it refers to.",
        "Correct the code, or add it to that list.");
    public static readonly Rule KpiUnclear = Error("FRM-018",
        "The KPI does not have exactly one of anyIndicator and movedOn.",
        "Name the indicators that it counts, or write movedOn: true.");
    public static readonly Rule MovedOnUncountable = Error("FRM-019",
        "The KPI counts who moved on, but the accommodation listed is not both temporary and settled.",
        "List at least one temporary and one settled accommodation.");
    public static readonly Rule TooManyDecimals = Error("FRM-020",
        "The number has more than four decimals or an exponent.",
        "Write a plain number such as 0.025.");
    public static readonly Rule ShareOutOfRange = Error("FRM-021",
        "The share is less than 0 or more than 1.",
        "Write the share as a part of 1: 0.1 is 10 %.");
    public static readonly Rule WeightOutOfRange = Error("FRM-022",
        "The element's weight or stated share is not more than 0 and at most 1.",
        "Write it as a part of 1: 0.5 is 50 %.");
    public static readonly Rule WeightUnclear = Error("FRM-023",
        "The element does not have exactly one of weight and statedShareOfContract.",
        "Write the one that the document states.");
    public static readonly Rule WeightNotScaled = Error("FRM-024",
        "The element has a weight, but reconcile scales stated shares of the contract.",
        "Write statedShareOfContract for every element, or set reconcile to none.");
    public static readonly Rule StatedShareNotExact = Error("FRM-025",
        "The stated share is no exact part of what is paid by outcomes, in hundredths of a per cent.",
        "Write a weight in its place, or set reconcile to scale-to-share.");
    public static readonly Rule WeightsOverWhole = Error("FRM-026",
        "The elements add up to more than 100 % of what is paid by outcomes.",
        "Correct the weights; if the document itself states too much, state shares of the contract and set reconcile to scale-to-share.");
    public static readonly Rule TooManyRows = Error("FRM-027",
        "The list makes more rows than a contract's report can change at once.",
        "Shorten the list, or the list of client groups.");
    public static readonly Rule StandardWithoutCode = Error("FRM-028",
        "The standard's name makes no code.",
        "Use at most 64 letters without accents, digits, spaces, hyphens and _.");
    public static readonly Rule FrameworkIdNotFileName = Error("FRM-029",
        "The framework's id is not the name of its file.",
        "Name the file after its id, such as strategic-2019.json, or correct the id.");

    /// <summary>Those that only a return breaks whose quarter is another one.</summary>
    public static IReadOnlySet<Rule> OfQuarter { get; } = new HashSet<Rule>
    {
        ResultAfterQuarter, NeedAfterQuarter, LeftOutsideQuarter, DecidedOutsideQuarter, ReceivedAfterQuarter, EvidenceOutsideQuarter,
        MonthOutsideQuarter, DeliveredOutsideQuarter, AssessedAfterQuarter, OccurredAfterQuarter, AskedOutsideQuarter,
    };

    /// <summary>Every rule, in the order above.</summary>
    public static IReadOnlyList<Rule> All { get; } = Published;

    private static Rule Error(string id, string wrong, string mend) => Publish(new Rule(id, Severity.Error, wrong, mend));

    private static Rule Warning(string id, string wrong, string mend) => Publish(new Rule(id, Severity.Warning, wrong, mend));

    private static Rule Publish(Rule rule)
    {
        Published.Add(rule);
        return rule;
    }
}
