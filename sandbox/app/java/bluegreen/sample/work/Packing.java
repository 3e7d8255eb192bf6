package bluegreen.sample.work;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/** Bytes packed in two ways, both in Java: by repetition, and by a Huffman tree. */
final class Packing {
  private static final int WINDOW = 255;

  private interface Tree {
    int weight();
  }

  private record Leaf(byte symbol, int weight) implements Tree {}

  private record Fork(Tree left, Tree right, int weight) implements Tree {}

  private Packing() {}

  static long sizes(long seed, int length) {
    var bytes = new byte[length];
    var random = new Random(seed);
    for (var index = 0; index < length; index++) {
      bytes[index] = (byte) Math.abs(random.nextGaussian() * 6);
    }
    var shorter = packRepetitions(bytes);
    return 31L * Arrays.hashCode(shorter) + huffmanBits(shorter);
  }

  private static byte[] packRepetitions(byte[] bytes) {
    var packed = new ByteArrayOutputStream();
    Map<Integer, Integer> lastSeen = new HashMap<>();
    for (var at = 0; at < bytes.length; at++) {
      var key = at + 2 < bytes.length ? bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2] : -1 - at;
      var before = lastSeen.put(key, at);
      if (before == null || at - before > WINDOW) {
        packed.write(0);
        packed.write(bytes[at]);
      } else {
        var count = 3;
        while (at + count < bytes.length && count < WINDOW && bytes[before + count] == bytes[at + count]) {
          count++;
        }
        packed.write(at - before);
        packed.write(count);
        at += count - 1;
      }
    }
    return packed.toByteArray();
  }

  private static long huffmanBits(byte[] bytes) {
    Map<Byte, Integer> weights = new HashMap<>();
    for (var symbol : bytes) {
      weights.merge(symbol, 1, Integer::sum);
    }
    var trees = new PriorityQueue<Tree>((one, other) -> Integer.compare(one.weight(), other.weight()));
    weights.forEach((symbol, weight) -> trees.add(new Leaf(symbol, weight)));
    while (trees.size() > 1) {
      var left = trees.remove();
      var right = trees.remove();
      trees.add(new Fork(left, right, left.weight() + right.weight()));
    }
    return bits(trees.remove(), 0);
  }

  private static long bits(Tree tree, int depth) {
    if (tree instanceof Fork fork) {
      return bits(fork.left(), depth + 1) + bits(fork.right(), depth + 1);
    }
    return (long) depth * tree.weight();
  }
}
