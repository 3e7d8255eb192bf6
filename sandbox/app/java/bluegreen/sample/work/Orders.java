package bluegreen.sample.work;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Orders of a shop, as maps and lists; grouped, sorted and added up. */
final class Orders {
  private static final List<String> ITEMS = List.of("pen", "lamp", "chair", "desk \"oak\"", "clock", "rug");

  private Orders() {}

  static List<Object> make(long seed, int count) {
    var random = new Random(seed);
    var orders = new ArrayList<Object>();
    for (var id = 0; id < count; id++) {
      Map<String, Object> order = new LinkedHashMap<>();
      order.put("id", (double) id);
      order.put("customer", "c" + random.nextInt(12));
      order.put("lines", lines(random));
      order.put("paid", random.nextBoolean());
      orders.add(order);
    }
    return orders;
  }

  private static List<Object> lines(Random random) {
    return IntStream.range(0, 1 + random.nextInt(4))
        .<Object>mapToObj(line -> Map.of(
            "item", ITEMS.get(random.nextInt(ITEMS.size())),
            "price", (double) random.nextInt(900)))
        .toList();
  }

  /** Adds up what each customer paid, weighted by rank. */
  static long total(Object orders) {
    var byCustomer = list(orders).stream()
        .map(Orders::map)
        .filter(order -> Boolean.TRUE.equals(order.get("paid")))
        .collect(Collectors.groupingBy(
            order -> order.get("customer").toString(), Collectors.summingDouble(Orders::price)));
    var ranked = byCustomer.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()))
        .toList();
    return IntStream.range(0, ranked.size())
        .mapToLong(rank -> (rank + 1) * ranked.get(rank).getValue().longValue())
        .sum();
  }

  private static double price(Map<?, ?> order) {
    return list(order.get("lines")).stream()
        .map(Orders::map)
        .mapToDouble(line -> (Double) line.get("price"))
        .sum();
  }

  private static List<?> list(Object value) {
    return (List<?>) value;
  }

  private static Map<?, ?> map(Object value) {
    return (Map<?, ?>) value;
  }
}
