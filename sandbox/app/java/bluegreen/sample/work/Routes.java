package bluegreen.sample.work;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/** Shortest ways through a random net of roads. */
final class Routes {
  private record Road(int to, int length) {}

  private record Reached(int place, int distance) {}

  private Routes() {}

  /** The product of all distances from the first place, cut to 64 bits. */
  static long product(long seed, int places) {
    var distances = distances(roads(new Random(seed), places));
    return Arrays.stream(distances)
        .mapToObj(distance -> BigInteger.valueOf(1L + distance))
        .reduce(BigInteger.ONE, BigInteger::multiply)
        .mod(BigInteger.TWO.pow(64).subtract(BigInteger.valueOf(59)))
        .longValue();
  }

  private static List<List<Road>> roads(Random random, int places) {
    List<List<Road>> roads = new ArrayList<>();
    for (var place = 0; place < places; place++) {
      List<Road> from = new ArrayList<>();
      from.add(new Road((place + 1) % places, 50 + random.nextInt(50)));
      for (var count = 0; count < 5; count++) {
        from.add(new Road(random.nextInt(places), 1 + random.nextInt(400)));
      }
      roads.add(from);
    }
    return roads;
  }

  private static int[] distances(List<List<Road>> roads) {
    var distances = new int[roads.size()];
    Arrays.fill(distances, Integer.MAX_VALUE);
    distances[0] = 0;
    var queue = new PriorityQueue<>(Comparator.comparingInt(Reached::distance));
    queue.add(new Reached(0, 0));
    for (var here = queue.poll(); here != null; here = queue.poll()) {
      if (here.distance() > distances[here.place()]) {
        continue;
      }
      for (var road : roads.get(here.place())) {
        var distance = here.distance() + road.length();
        if (distance < distances[road.to()]) {
          distances[road.to()] = distance;
          queue.add(new Reached(road.to(), distance));
        }
      }
    }
    return distances;
  }
}
