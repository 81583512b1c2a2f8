# Writes strftime.json and time_parse.json beside this script: what Ruby's Time#strftime and
# Time.parse give for many formats and texts, usual ones and broken ones. Run it with Ruby 3.1.2:
#
#     TZ=UTC ruby tests/data/ruby/times.rb
#
# The random cases come from a fixed seed, so that a second run writes the same tables.

require "json"
require "time"

abort "run me with TZ=UTC" unless ENV["TZ"] == "UTC"

RANDOM = Random.new(2016)

def pick(list)
  list[RANDOM.rand(list.size)]
end

def write(name, about, cases)
  head = { ruby: RUBY_VERSION, script: "times.rb", about: about }
  lines = cases.map { |entry| JSON.generate(entry) }
  text = JSON.generate(head).chomp("}") + ",\"cases\":[\n" + lines.join(",\n") + "\n]}\n"
  File.write(File.join(__dir__, name), text)
  puts "#{name}: #{cases.size} cases, #{text.bytesize} bytes"
end

# --- strftime ---------------------------------------------------------------------------------

# Seconds, nanoseconds, and the kind of time: "UTC" is Time#utc, "local" is Time.at under TZ=UTC,
# a number is Time#localtime with that offset.
MOMENTS = [
  [1_454_767_445, 0, 3600],
  [1_454_767_445, 123_456_789, "UTC"],
  [1_454_767_445, 5_000_000, "local"],
  [0, 0, "UTC"],
  [-1, 999_999_999, "local"],
  [951_782_400, 1, -1800],
  [978_307_199, 10, -45_296],
  [1_483_228_800, 0, 19_800],
  [1_609_459_199, 500_000_000, 0],
  [1_419_984_000, 0, "UTC"],
  [1_230_768_000, 0, -39_600],
  [253_402_300_799, 0, "UTC"],
  [327_403_252_800, 0, "local"],
  [-62_135_596_801, 0, "UTC"],
  [-62_319_628_800, 7, "local"],
  [-1_000_000_000_000, 0, 50_400],
].freeze

def moment(seconds, nanoseconds, kind)
  time = Time.at(seconds, nanoseconds, :nsec)
  case kind
  when "UTC" then time.utc
  when "local" then time
  else time.localtime(kind)
  end
end

def strftime_case(format, moment)
  seconds, nanoseconds, kind = moment
  entry = { format: format, seconds: seconds }
  entry[:nanoseconds] = nanoseconds unless nanoseconds.zero?
  entry[:offset] = kind
  begin
    entry[:result] = moment(*moment).strftime(format)
  rescue ArgumentError => e
    entry[:error] = e.message
  end
  entry
end

LETTERS = "YCymBbhdejHkIlPpMSLNzZAauwGgVUWsntcDFvxXrRT%".chars.freeze
formats = []
formats.concat(LETTERS.map { |letter| "%#{letter}" })
# One format for all calendar directives at once, for every moment.
all = "%Y %C %y %m %B %d %e %j|%H %k %I %l %P %M %S %L %N|%z %:z %::z %:::z %Z|" \
      "%A %a %u %w %G %g %V %U %W|%s|%c|%D|%F|%v|%x|%X|%r|%R|%T"
widths = "%-m %-d %-y %-H %-I %-j|%_m %_H %_j %_Y|%010Y %_10Y %^B %^a %#b %#p %#Z %3N %6N %12N|" \
         "%-z %_z %10z %_10z %-:z %_12::z %_9:::z|%3C %_C %-C|%12c %^v"
cases = []
MOMENTS.each { |moment| [all, widths].each { |format| cases << strftime_case(format, moment) } }
# Every letter of the alphabet, plain and with each flag.
formats.concat([*"a".."z", *"A".."Z", "+", "1", " ", "é", "\n", "\"", "<", "😀"].map { |l| "%#{l}" })
LETTERS.each { |letter| %w[- _ 0 ^ #].each { |flag| formats << "%#{flag}#{letter}" } }
LETTERS.each { |letter| ["8", "08", "_8", "-8", "^8"].each { |flag| formats << "%#{flag}#{letter}" } }
formats.concat(%w[
  %:z %::z %:::z %::::z %:::::z %::::::z %:::::::z %::::::::z %::::Y %::::^a %:::: %: %:: %::: %:Y
  %10:z %:10z %10::z %-:::z %_:z %_10:z %010:z %-_z %_-z %10-z %::::10:z %::::% %:::::%
  % %% %%% %Y% a% %- %_ %0 %^ %# %5 %10 %-5 %0- %E %O %EE %E% %O% %Ey %EY %EC %Ec %Ex %EX %Ed %Od
  %Oe %OH %Ok %OI %Ol %Om %OM %OS %Ou %OU %OV %Ow %OW %Oy %OY %Oj %E-y %-Ey %5EY %E5Y %^Ec %EOy
  %0005Y %_05Y %0_5Y %5^a %5#a %^5a %^#a %#^a %5_Y %5-Y %-5Y %05e %-05e %0-5e %^10p %#10p %10P
  %99999999999Y %99999999999 %2147483648Y %2147483648% %99999999999%Y %18446744073709551616Y
  %0N %1N %2N %3N %6N %9N %12N %15N %24N %0L %1L %2L %6L %12L %-3N %_6N %^9N %20s %_20s %-20s %+5Y
  %Q %10Q %+ %10+ %-+ %f %i %J %K %o %q %E+ %v %10v %20v %020v %^20v %#v %20c %020c %_20c %-20c
  %#c %^c %30x %^30r %#r %3% %03% %_3% %-3% %5n %05n %5t %-n %h %^h %5h %#h %1Y %2m %300d
])
formats.concat(["", "plain", "é%Yé", "%é", "a\0b%Y", "%\0", "%Y\n%m", "100%% of %B", "%d. %B %Y, %H:%M",
                "%A, %B %-d, %Y at %-I:%M %p %Z", "%Y-%m-%dT%H:%M:%S%:z", "%a, %d %b %Y %T %z",
                "%G-W%V-%u", "%s%3N", "%FT%T.%LZ", "% Y", "%.3N", "%-", "%Y %", "%m/%d/%y %", "%%%%%",
                "%-d%", "%%Y", "{{ %Y }}"])
formats.uniq.each_with_index { |format, i| cases << strftime_case(format, MOMENTS[i % 12]) }
FLAGS = ["-", "_", "0", "^", "#", ":", "::", ":::", "E", "O", "3", "05", "12"].freeze
150.times do
  format = +""
  (1 + RANDOM.rand(2)).times do
    format << "%"
    RANDOM.rand(4).times { format << pick(FLAGS) }
    format << pick(LETTERS)
  end
  # No field longer than a line.
  next if format.match?(/[1-9]\d\d/)
  cases << strftime_case(format, pick(MOMENTS))
end
write("strftime.json", "Time#strftime: offset is UTC (Time#utc), local (Time.at under TZ=UTC) or seconds",
      cases.uniq)

# --- Time.parse -------------------------------------------------------------------------------

# A Monday in September 2026, and the last second of 2015 and first of 2016 UTC.
NOWS = [1_790_000_000, 1_451_606_399, 1_451_606_400].freeze

def parse_case(input, now)
  time = Time.parse(input.downcase, Time.at(now))
  entry = { input: input, now: now, result: time.strftime("%Y-%m-%d %H:%M:%S.%N %z") }
  entry[:utc] = true if time.utc?
  entry
rescue ArgumentError
  { input: input, now: now, result: nil }
end

USUAL = [
  "2016-02-16", "2016-02-16 10:00:00", "2016-02-16T10:00:00Z", "2016-02-16T10:00:00",
  "2016-02-16T10:00:00.123+01:00", "2016-02-16T10:00:00.123456789Z", "2016-02-16T10:00:00.1234567891Z",
  "2016-02-16T10:00:00,5Z", "2016-02-16 10:00:00 +0100", "2016-02-16 10:00:00 -0930",
  "2016-02-16 10:00:00 UTC", "2016-02-16 10:00:00 GMT", "2016-02-16 10:00:00 Z", "2016-02-16 10:00 UT",
  "2016-02-16 10:00 -00:00", "2016-02-16 10:00 -0000", "2016-02-16 10:00 -00", "2016-02-16 10:00 +00:00",
  "2016-02-16 10:00 EST", "2016-02-16 10:00 PDT", "2016-02-16 10:00 CET", "2016-02-16 10:00 JST",
  "Mar 14 2016", "March 14 2016", "14 March 2016", "14 Mar 2016 10:00", "March 14, 2016", "Mar. 14, 2016",
  "March 14th, 2016", "14th of March, 2016", "March 2016", "Mar '16", "14 March", "March 14", "March",
  "Sept 5, 2016", "Tue, 16 Feb 2016 10:00:00 +0000", "Tue Feb 16 10:00:00 2016", "Tuesday",
  "Tue Feb 16 10:00:00 EST 2016", "Tuesday, February 16, 2016 10:00 AM", "Friday 10:00",
  "2016/02/16", "02/16/2016", "16/02/2016", "2/16", "2/16/16", "16/2/'16", "2016/2", "16.02.2016",
  "16.2.16", "2016.02.16", "16. 2. 2016", "16-02-2016", "16-2-16", "'16-02-16", "-2016-02-16",
  "+2016-02-16", "16-Feb-2016", "16-feb", "Feb-16-2016", "feb-16", "feb-'16", "16-feb-'16",
  "20160216", "20160216T100000", "20160216T100000Z", "20160216T1000", "20160216T10", "20160216100000",
  "201602161000", "2016021610", "20160216T100000.25-0500", "20160216100000.5-0500", "20160216 100000",
  "160216", "0216", "16", "016", "16047", "2016047", "20160216z", "20160216+5", "20160216-0500",
  "20160216[9]", "20160216[+9:jst]", "20160216[-5:est]", "20160216[9:]", "20160216[9", "[9]",
  "12.5", "123.5", "1234.5", "12345.5", "123456.5", "1123456.5", "1112345678.5", "12345678901.5",
  "010203040506.5", "20010203040506.5", "20010203040506070809.5", "12t12.5", "12t1234.5", "12t123456.5",
  "2016-W07-2", "2016W072", "2016-W07", "W07", "-W07-2", "-w-2", "16-w07-2 10:00", "2016-047", "16-047",
  "-047", "2016-366", "2015-366", "2016-000", "2016-400", "2016-060", "2015-060", "047", "366", "367",
  "2015-059 23:30 -0100", "2016-366 23:30 -0300", "2016-001 00:30 +0300", "2016-045 10:00 +03:00",
  "--02-16", "--0216", "--02", "---16", "----16", "H28.02.16", "h28.02.16T10:20:30+09:00", "s60.1.2",
  "R2.5.1", "M5.1.1", "T1.1.1", "x28.02.16", "10:00", "10:00:30", "10:00:30.5", "10:00:30,25", "10:00:30.",
  "10am", "10 AM", "10 p.m.", "10:30 pm", "12am", "12pm", "12:30 am", "13pm", "0am", "10:30:15.25 p.m. PST",
  "10h", "10h30", "10h30m", "10h30m20s", "10 h 30 m 20 s", "10h pm", "10:30pm", "10 : 30 : 15",
  "3rd Feb 2001 04:05:06 PM", "10th of March 2016 at 5pm", "5pm 10 March", "10:00 16", "16 10:00",
  "10:00 32", "10:00 0", "1st 24", "1st 25", "3 feb 44 bc", "jan 5, 44 b.c.e.", "5 jan 44 ad", "44 bc",
  "2016-02-16 bc", "mar 1 ce 99", "mar 15 bce 44", "mar 15 a.d. 44", "b.c.e. 10:00", "15 march b.c. 44",
  "2023-12-22T24:00-05:00", "2025-08-05T08:15:30:250-0800", "2016-02-16 24:00", "2016-12-31 24:00:00",
  "2016-02-16 24:00:01", "2016-02-16 25:00", "2016-02-16 23:59:60", "2016-02-16 23:59:61",
  "2016-02-16 23:60", "2016-02-30", "2016-02-31", "2015-02-29", "2016-02-32", "2016-04-31", "2016-13-01",
  "2016-00-01", "2016-01-00", "0000-01-01", "2016-02-16 10:75 +01:30", "2016-02-16 10:75",
  "2016-02-16 30:00 +0100", "2016-02-16 23:30 -0100", "2016-02-16 99:00 -0130", "2016-02-31 23:30 -0100",
  "2016-00-31 23:30 -0100", "2016-13-00 00:30 +0100", "2016-01-00 00:30 +0100", "2016-12-31 23:30 -01:00",
  "2016-01-01 00:30 +01:00", "2016-03-01 00:30 +01:00", "10:00 +23:59", "10:00 +24:00", "10:00 +99:99",
  "10:00 +9", "10:00 +900", "10:00 +09", "10:00 +09:30:15", "10:00 +093015", "10:00 +9:30", "10:00 +09.5",
  "10:00 utc+3", "10:00 gmt-05:00", "10:00 ut+1", "10:00 a", "10:00 b", "10:00 j", "10:00 y", "10:00 z",
  "10:00 est dst", "10:00 Eastern Standard Time", "10:00 pacific daylight time 2016-02-16",
  "10:00 standard time", "10:00 .standard time", "10:00 est5", "10:00 E.S.T.", "10:00 at noon",
  "+10:00", "-10:00", "10:00+10:00", "10:00-10:00", "00:30 +14:00", "23:30 -12:00", "jan 1 +14:00",
  "00:30 dec +14:00", "31 00:30 +14:00", "99-12-31", "69-01-01", "68-12-31", "00-01-01", "100-01-01",
  "1/1/69", "-5-1-1", "99999-01-01", "9999-12-31 23:59:59", "10000-01-01", "-9999-01-01", "123456-7-8",
  "now", "today", "yesterday", "not a date", "", " ", "-", ":", "'", "[", "é", "1", "12", "123", "1234",
  "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "12345678901", "123456789012345",
  "2016-02-16é10:00", "2016²-01-02", "2016-01-02²", "2016½", "1🄀 2016-02-16", "٢٠١٦-٠٢-١٦", "２０１６-02-16", "16 février 2016",
  "2016年2月16日", "1ſt", "auguﬆ 5", "10:00 eſt", "İ 10:00", "16\u00a0Feb\u00a02016", "mar 5_6",
  "2016_02_16", "2016\t02\n16", "2016-02-16\0", "20160216\0 5", "(2016-02-16)", "<2016-02-16>", "2016-02-16;10:00",
  "\"2016-02-16\"", "Date: 2016-02-16", "on 16/02 at 10", "monday, 10 o'clock", "sunday", "month", "second",
  "decade", "marvel 3", "junk", "may", "may be", "maybe 5", "the 3rd", "3rd", "22nd 10pm", "21th 5", "1st.",
  "'16", "'2016", "'", "''16", "' 16", "5'16", "16'", "jan'16", "jan '16 5", "5 jan'16", "jan 5'16",
  "1st2nd", "5.6", "5.6.", "5.6.7", "1.2.3.4", "192.168.0.1", "1/2/3/4", "1/2 3", "1/ 2/ 3", "1 /2", "v1.2.3",
  "$12.50", "50%", "1,000", "1e5", "0x10", "-1", "-12", "-160216", "+16", "12-", "--", "---", "2016-", "2016-02-",
  "2016-2-1-1", "2016--02", "2016-02-16-10", "2016-02-16T", "2016-02-16TZ", "T10:00", "T10", "10T", "10:", ":10",
  "10:00:", "10::00", "10:00:00:00", "10:00am pm", "10:00pmz", "1000am", "10 amx", "10 a.m", "10 a.m.x",
  "9" * 20, "9" * 128, "9" * 129, "a" * 128, "é" * 64, "é" * 65, "2016-02-16" + " " * 118, "2016-02-16" + " " * 119,
  "1 " * 64, "1:" * 64, "jan" * 42, "-" * 128, "'" * 128, "[" * 128, " " * 130, "1999-" * 25,
  "2016-02-16 10:00:00.000000000000000000001", "99999999999999999999-01-01 10:00am",
  "Sat Aug 28 02:29:34 Eastern Daylight Time 1999", "Sat Aug 28 02:55:50 +09:99 1999",
  "Thu Aug 10 4:33 p.m. 2000", "1999-05-23 23:55:21.123456+09:00", "23:55:21,123456-09:00", "9:00 p.m. jan 1",
  "jan 1 bc 3 2:00", "1jan1999", "1st jan 1999", "jan1", "1.jan.1999", "jan/1/1999", "1/jan/1999", "1999-jan-1",
].freeze

cases = USUAL.uniq.map { |input| parse_case(input, NOWS.first) }
["10:00", "00:30 +14:00", "23:30 -12:00", "mar", "5 feb", "feb 29", "3rd", "10am est", "366", "060", "-060 z",
 "1:00 +05:30", "12.5", "1112345678.5", "123456789.5", "tue", "'16", "31 23:30 -0100", "---31 00:30 +0100"].each do |input|
  NOWS.drop(1).each { |now| cases << parse_case(input, now) }
end
PIECES = %w[
  jan feb may sept december august sat tuesday am pm a.m. p.m. h m s t z w utc gmt est pdt jst dst bc bce ad b.c.
  st nd th standard daylight time - - -- / / : : : . . , ' + @ [ ] [+9] [-5:est] ( é ß 16 02 2016 10 00 30 047 5 1
].freeze
120.times do
  input = Array.new(1 + RANDOM.rand(8)) { pick(PIECES) + (RANDOM.rand(3).zero? ? " " : "") }.join
  cases << parse_case(input, NOWS.first)
end
220.times do
  input = pick(USUAL.first(230)).dup
  (1 + RANDOM.rand(3)).times do
    at = RANDOM.rand(input.size + 1)
    case RANDOM.rand(4)
    when 0 then input[at, 1] = "" if at < input.size
    when 1 then input.insert(at, pick(PIECES))
    when 2 then input[at, 1] = pick(["0", "9", " ", "-", ":", ".", "t", "z", "p"]) if at < input.size
    else input.concat(" ", pick(USUAL.first(230)))
    end
  end
  # Years without a limit are the one thing of Ruby's that is left out; a case above has one.
  next if input.match?(/\d{12}/)
  cases << parse_case(input, NOWS.first)
end
write("time_parse.json", "Time.parse(input.downcase, Time.at(now)) as %Y-%m-%d %H:%M:%S.%N %z; utc: Time#utc?",
      cases.uniq)
