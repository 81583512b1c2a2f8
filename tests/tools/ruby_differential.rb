#!/usr/bin/env ruby
# Random templates of standard Liquid with random data, and what Ruby's Liquid makes of them.
#
#   ruby tests/tools/ruby_differential.rb N SEED
#
# Prints one JSON object a line: `template`, `data`, `output` (null where Ruby refuses the template).
# The same N and SEED give the same lines. `tests/ruby_differential.rs` compares.

require "json"
require "liquid"

Liquid::Template.error_mode = :lax

# Braze runs Liquid with Rails, whose ActiveSupport says what is blank.
class Object; def blank? = respond_to?(:empty?) ? !!empty? : !self; end
class NilClass; def blank? = true; end
class FalseClass; def blank? = true; end
class TrueClass; def blank? = false; end
class String; def blank? = match?(/\A[[:space:]]*\z/); end
class Numeric; def blank? = false; end

COUNT = Integer(ARGV[0] || 100)
CHANCE = Random.new(Integer(ARGV[1] || 1))

def pick(list) = list[CHANCE.rand(list.size)]
def chance(share) = CHANCE.rand < share
def many(most, separator = "") = Array.new(CHANCE.rand(most + 1)) { yield }.join(separator)

NAMES = %w[a b c list items text n f obj nested empty nothing flag].freeze
FIELDS = %w[name id price tags size first last x y].freeze
STRINGS = ["", " ", "a", "Hello World", "  padded ", "a,b,,c", "Zoë", "漢字", "<b>x</b> & \"q\"", "3", "-2.5", "1e3", "007",
           "12abc", "\u00a0", "a\u200bb", "\t\n", "true", "2024-02-29", "line one\nline two", "%41+b", "Ünïcode ß", "0x1f", "1_000"].freeze
NUMBERS = [0, 1, -1, 2, 3, 7, 10, 255, -17, 1000, 123_456_789, 2**31, 2**63, -(2**64), 10**20,
           0.0, -0.0, 0.5, 1.5, -2.5, 0.1, 1e15, 1e16, 123456789012345680.0, 1.0e-5, 1e20, 3.14159, 99.995].freeze

def scalar
  case CHANCE.rand(6)
  when 0, 1 then pick(STRINGS)
  when 2, 3 then pick(NUMBERS)
  when 4 then pick([true, false])
  else nil
  end
end

def value(depth = 2)
  return scalar if depth.zero? || chance(0.4)
  if chance(0.5)
    Array.new(CHANCE.rand(4)) { value(depth - 1) }
  else
    FIELDS.sample(CHANCE.rand(4), random: CHANCE).to_h { |name| [name, value(depth - 1)] }
  end
end

def data
  {
    "a" => value, "b" => scalar, "c" => scalar, "list" => Array.new(CHANCE.rand(5)) { scalar },
    "items" => Array.new(CHANCE.rand(4)) { { "name" => pick(STRINGS), "id" => pick(NUMBERS), "price" => scalar, "tags" => value(1) } },
    "text" => pick(STRINGS), "n" => pick(NUMBERS), "f" => pick(NUMBERS).to_f, "obj" => { "x" => value(1), "y" => scalar },
    "nested" => [value(1), [value(1), [scalar]]], "empty" => pick([[], {}, ""]), "flag" => pick([true, false, nil])
  }
end

def quoted
  text = pick(STRINGS).delete("\n'{}%|")
  chance(0.5) ? "'#{text}'" : "\"#{text.delete('"')}\""
end

def literal
  case CHANCE.rand(7)
  when 0, 1, 2 then quoted
  when 3 then pick(%w[0 1 2 -1 3 10 100 -7 1.5 -2.5 0.0 99999999999999999999])
  when 4 then pick(%w[true false nil])
  when 5 then pick(%w[blank empty])
  else "(#{pick(%w[1 0 -1 '2'])}..#{pick(%w[3 5 0 list.size])})"
  end
end

def path
  text = pick(NAMES).dup
  CHANCE.rand(3).times do
    text << case CHANCE.rand(5)
            when 0, 1 then ".#{pick(FIELDS)}"
            when 2 then "[#{pick(%w[0 1 -1 9])}]"
            when 3 then "['#{pick(FIELDS)}']"
            else "[#{pick(NAMES)}]"
            end
  end
  text
end

def expression = chance(0.65) ? path : literal

FILTERS = {
  "abs" => 0, "append" => 1, "at_least" => 1, "at_most" => 1, "base64_encode" => 0, "base64_decode" => 0, "capitalize" => 0,
  "ceil" => 0, "compact" => 0, "concat" => 1, "default" => 1, "divided_by" => 1, "downcase" => 0,
  "escape" => 0, "escape_once" => 0, "first" => 0, "floor" => 0, "join" => 1, "last" => 0, "lstrip" => 0, "map" => 1, "minus" => 1,
  "modulo" => 1, "newline_to_br" => 0, "plus" => 1, "prepend" => 1, "remove" => 1, "remove_first" => 1, "replace" => 2,
  "replace_first" => 2, "reverse" => 0, "round" => 1, "rstrip" => 0, "size" => 0, "slice" => 2, "sort" => 0, "sort_natural" => 0,
  "split" => 1, "strip" => 0, "strip_html" => 0, "strip_newlines" => 0, "times" => 1, "truncate" => 1, "truncatewords" => 1,
  "uniq" => 0, "upcase" => 0, "url_decode" => 0, "url_encode" => 0, "where" => 2
}.freeze

def filter
  name, count = FILTERS.to_a[CHANCE.rand(FILTERS.size)]
  count += pick([-1, 1]) if chance(0.03)
  arguments = Array.new([count, 0].max) do
    %w[map where sort].include?(name) && chance(0.7) ? "'#{pick(FIELDS)}'" : expression
  end
  arguments << "allow_false: true" if name == "default" && chance(0.2)
  arguments.empty? ? name : "#{name}: #{arguments.join(', ')}"
end

def pipeline = ([expression] + Array.new(CHANCE.rand(4)) { filter }).join(" | ")

def comparison
  return expression if chance(0.3)
  "#{expression} #{pick(%w[== != < > <= >= contains <>])} #{expression}"
end

def condition = ([comparison] + Array.new(CHANCE.rand(2)) { "#{pick(%w[and or])} #{comparison}" }).join(" ")

def body(depth) = many(3) { node(depth - 1) }

def node(depth)
  dash = -> { chance(0.1) ? "-" : "" }
  kind = CHANCE.rand(depth.positive? ? 20 : 9)
  case kind
  when 0, 1 then pick(["text ", "\n", "  ", "<p>ü</p>", "a b", " {x} "])
  when 2, 3, 4, 5 then "{{#{dash.call} #{pipeline} #{dash.call}}}"
  when 6 then "{%#{dash.call} assign #{pick(NAMES)} = #{pipeline} #{dash.call}%}"
  when 7 then pick(["{% increment n %}", "{% decrement c %}", "{% increment k %}", "{% cycle 'a', 'b', n %}", "{% cycle 'g': 1, 2 %}"])
  when 8 then pick(["{% comment %}x {{ y }}{% endcomment %}", "{% raw %}{{ x }}{% endraw %}", "{% break %}", "{% continue %}", "{% echo #{pipeline} %}"])
  when 9, 10, 11
    text = "{% if #{condition} %}#{body(depth)}"
    text << "{% elsif #{condition} %}#{body(depth)}" if chance(0.3)
    text << "{% else %}#{body(depth)}" if chance(0.4)
    "#{text}{% endif %}"
  when 12 then "{% unless #{condition} %}#{body(depth)}{% else %}#{body(depth)}{% endunless %}"
  when 13
    whens = many(3) { "{% when #{expression}#{chance(0.4) ? pick([', ', ' or ']) + expression : ''} %}#{body(depth)}" }
    "{% case #{expression} %}#{whens}{% else %}#{body(depth)}{% endcase %}"
  when 14, 15, 16
    options = [chance(0.2) ? " reversed" : "", chance(0.2) ? " limit: #{pick(%w[1 2 n])}" : "", chance(0.2) ? " offset: #{pick(%w[1 n continue])}" : ""]
    inner = body(depth) + pick(["", "{{ i }}", "{{ forloop.index }}/{{ forloop.length }}", "{{ forloop.last }}", "{{ i.name }}"])
    "{% for i in #{expression}#{options.join} %}#{inner}#{chance(0.3) ? '{% else %}none' : ''}{% endfor %}"
  when 17 then "{% capture #{pick(NAMES)} %}#{body(depth)}{% endcapture %}"
  when 18 then "{% tablerow i in #{expression} cols: #{pick(%w[1 2 3])} %}{{ i }}{% endtablerow %}"
  else "{% ifchanged %}#{body(depth)}{% endifchanged %}"
  end
end

COUNT.times do
  template = many(5) { node(3) }
  given = data
  output =
    begin
      Liquid::Template.parse(template).render(JSON.parse(JSON.generate(given)))
    rescue Liquid::SyntaxError
      nil
    rescue StandardError => error
      "RAISED #{error.class}"
    end
  output = output.dup.force_encoding("UTF-8").scrub("\u{fffd}") if output
  puts JSON.generate({ template: template, data: given, output: output })
rescue JSON::GeneratorError
  retry
end
