package bluegreen.sample.web;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The head of one request; names of headers in any case. */
record Head(String method, String path, String query, boolean isHttp10, Map<String, String> headers) {
  private static final int MOST_HEADERS = 200;

  /** Null where the client has closed. Fails on what is no request. */
  static Head read(ConnectionInput input) throws IOException {
    var first = input.readLine();
    if (first == null) {
      return null;
    }
    var words = first.split(" ");
    if (words.length != 3 || !words[1].startsWith("/") || !words[2].startsWith("HTTP/1.")) {
      throw new IOException("not a request: " + first);
    }
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (var line = input.readLine(); line == null || !line.isEmpty(); line = input.readLine()) {
      var colon = line == null ? -1 : line.indexOf(':');
      if (colon < 1 || headers.size() == MOST_HEADERS) {
        throw new IOException("not a header: " + line);
      }
      headers.merge(line.substring(0, colon), line.substring(colon + 1).trim(), (one, other) -> one + ", " + other);
    }
    var mark = words[1].indexOf('?');
    var path = mark < 0 ? words[1] : words[1].substring(0, mark);
    var query = mark < 0 ? "" : words[1].substring(mark + 1);
    return new Head(words[0], path, query, words[2].equals("HTTP/1.0"), headers);
  }

  /** The value of `name=value` in the query, or what to take where there is none. */
  String parameter(String name, String otherwise) {
    for (var pair : query.split("&")) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return otherwise;
  }

  boolean has(String name, String word) {
    var value = headers.get(name);
    return value != null && value.toLowerCase().contains(word);
  }

  boolean keepsAlive() {
    return isHttp10 ? has("Connection", "keep-alive") : !has("Connection", "close");
  }
}
