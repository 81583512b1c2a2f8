#!/usr/bin/env ruby
# Compares what the pages expect of standard Liquid with what Ruby's Liquid prints.
#
#   ruby tests/spec/oracle.rb [PAGE…]
#
# Last run with Ruby 3.1.2 and Liquid 5.4.0 (Debian's `ruby` and `ruby-liquid`). Templates that use
# Braze's own tags, filters or `${…}`, and those that need a scenario, are passed over; so is what
# says `output 5.13`, which newer versions of the gem print.

require "json"
require "liquid"

Liquid::Template.error_mode = :lax
FOLDER = __dir__
OWN_FILTERS = %w[
  as_json_string base64_url hmac_ id: json_escape json_parse lid: md5 money number_with_delimiter
  property_accessor sha1 sha2 time_zone url_escape url_param_escape
].freeze
OWN_TAGS = %w[
  abort_message catalog_items catalog_selection_items connected_content landing_page_url
  message_extras promotion random shopping_cart translation
].freeze

Fence = Struct.new(:info, :text, :line)

# The parts of a page: headings (nil) and fences.
def parts(path)
  found = []
  lines = File.readlines(path, encoding: "UTF-8")
  at = 0
  while at < lines.size
    line = lines[at]
    if line =~ /\A\#{1,3} /
      found << nil
    elsif (marks = line[/\A`{3,}/])
      info = line.delete_prefix(marks).strip
      first = at
      at += 1
      raw = +""
      until lines[at].rstrip == marks
        raw << lines[at]
        at += 1
      end
      raw = raw.delete_suffix("\n") unless info.split.include?("newline")
      found << Fence.new(info, raw, first + 1)
    end
    at += 1
  end
  found
end

def braze?(template)
  return true if template.include?("${") || template.include?("<!--")
  return true if template =~ /\{%[^%]*\{\{/ || template =~ /\{\{[^}]*\{\{/ || template.include?("{{{")
  return true if OWN_TAGS.any? { |tag| template =~ /(\{%-?|^)\s*#{tag}\b/ }
  OWN_FILTERS.any? { |filter| template =~ /\|\s*#{filter}/ }
end

same = 0
passed_over = 0
different = []
pages = ARGV.empty? ? Dir[File.join(FOLDER, "**/*.md")].sort : ARGV
pages.each do |page|
  # What bounds this program does not bound Ruby.
  next if File.basename(page) == "limits.md"
  data = {}
  template = nil
  scenario = false
  parts(page).each do |part|
    if part.nil?
      data = {}
      template = nil
      scenario = false
      next
    end
    case part.info
    when "data" then data = JSON.parse(part.text)
    when "liquid", "liquid newline" then template = part
    when /\A(toml|json|liquid block)\b/ then scenario = true
    when /\A(output|error)\b/
      next if template.nil?
      newer = part.info.include?("5.13") && Gem::Version.new(Liquid::VERSION) < Gem::Version.new("5.13")
      if scenario || newer || braze?(template.text)
        passed_over += 1
        next
      end
      found =
        begin
          Liquid::Template.parse(template.text).render(data)
        rescue Liquid::SyntaxError => error
          "Liquid syntax error: #{error.message}"
        end
      good =
        if part.info.start_with?("output")
          found == part.text
        else
          message = part.text.delete_prefix("template_parse_error: ")
          found.include?("Liquid error: #{message}") || found.include?("Liquid syntax error")
        end
      if good
        same += 1
      else
        different << "#{page.delete_prefix(FOLDER + "/")}:#{part.line}\n  ours: #{part.text.inspect[0, 500]}\n  Ruby: #{found.inspect[0, 500]}"
      end
    end
  end
end

puts different
puts "Liquid #{Liquid::VERSION}: #{same} as Ruby prints them, #{different.size} not, #{passed_over} passed over"
exit different.empty?
