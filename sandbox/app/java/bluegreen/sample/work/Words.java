package bluegreen.sample.work;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Made-up text: taken apart by regular expressions, counted, sorted, compared. */
final class Words {
  private static final Pattern WORD = Pattern.compile("\\b(?<start>[A-Za-z])(?<rest>[a-z]+)(?:-(\\d{1,3}))?\\b");
  private static final String SYLLABLES = "ba de fi go hu ka le mi no pu";

  private Words() {}

  static String make(long seed, int count) {
    var random = new Random(seed);
    var syllables = SYLLABLES.split(" ");
    return IntStream.range(0, count)
        .mapToObj(index -> {
          var word = syllables[random.nextInt(syllables.length)] + syllables[random.nextInt(syllables.length)];
          return switch (random.nextInt(4)) {
            case 0 -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1) + ".";
            case 1 -> word + "-" + random.nextInt(1000) + ",";
            default -> word;
          };
        })
        .collect(Collectors.joining(" "));
  }

  static long digest(String text) {
    var counts = WORD.matcher(text).results()
        .map(match -> match.group(1).toLowerCase(Locale.ROOT) + match.group(2))
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    var frequent = counts.entrySet().stream()
        .sorted(Comparator.comparing((Map.Entry<String, Long> entry) -> -entry.getValue())
            .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .limit(24)
        .toList();
    var digest = 0L;
    for (var one : frequent) {
      for (var other : frequent) {
        digest = digest * 31 + distance(one, other);
      }
    }
    var hidden = WORD.matcher(text).replaceAll(match -> match.group(3) == null ? "*" : "<$3>");
    return digest ^ hidden.hashCode();
  }

  /** How many letters to add, drop or change to get from one word to the other. */
  private static int distance(String one, String other) {
    var row = IntStream.rangeClosed(0, other.length()).toArray();
    for (var i = 1; i <= one.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (var j = 1; j <= other.length(); j++) {
        var change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
