package org.vitalroutes.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.vitalroutes.withings.WithingsProvider;

/** Which route file sends to which, by {@code direct:} and {@code seda:} endpoints. */
final class RouteMap {

  /** The files that pass work on through a table, and the table. */
  private static final List<String> TABLES =
      List.of(
          "receive -. notification .-> dispatch",
          "dispatch -. sync_request .-> fetch",
          "backfill -. sync_request .-> fetch",
          "connect -. sync_request .-> fetch",
          "disconnect -. sync_request .-> fetch",
          "operations -. sync_request .-> fetch");

  /** The files that a file sends to; those in the second map are chosen by the provider. */
  private final Map<String, Set<String>> fixed = new TreeMap<>();

  private final Map<String, Set<String>> byProvider = new TreeMap<>();

  RouteMap(RouteFolder folder) {
    Map<String, String> consumers = new TreeMap<>();
    folder
        .files()
        .forEach(file -> file.consumes().forEach(each -> consumers.put(each, file.stem())));
    for (RouteFile file : folder.files()) {
      add(fixed, file, consumers, file.sendsTo().stream());
      add(
          byProvider,
          file,
          consumers,
          file.sendsToProvider().stream().map(endpoint -> endpoint.of(WithingsProvider.ID)));
    }
  }

  private static void add(
      Map<String, Set<String>> arrows,
      RouteFile from,
      Map<String, String> consumers,
      Stream<String> endpoints) {
    endpoints
        .filter(consumers::containsKey)
        .map(consumers::get)
        .filter(to -> !to.equals(from.stem()))
        .forEach(to -> arrows.computeIfAbsent(from.stem(), any -> new TreeSet<>()).add(to));
  }

  /** The names of files that send to each other in a circle, the first of them again at the end. */
  Optional<List<String>> circle() {
    Set<String> starts = new TreeSet<>(fixed.keySet());
    starts.addAll(byProvider.keySet());
    Set<String> done = new TreeSet<>();
    return starts.stream()
        .map(start -> circle(start, new ArrayList<>(), done))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<List<String>> circle(String file, List<String> path, Set<String> done) {
    if (path.contains(file)) {
      List<String> circle = new ArrayList<>(path.subList(path.indexOf(file), path.size()));
      circle.add(file);
      return Optional.of(circle);
    }
    if (done.contains(file)) {
      return Optional.empty();
    }
    path.add(file);
    Optional<List<String>> found =
        Stream.of(fixed, byProvider)
            .flatMap(arrows -> arrows.getOrDefault(file, Set.of()).stream())
            .map(next -> circle(next, path, done))
            .flatMap(Optional::stream)
            .findFirst();
    path.remove(file);
    done.add(file);
    return found;
  }

  /** A drawing in Mermaid. */
  String drawing() {
    List<String> lines = new ArrayList<>();
    lines.add("flowchart LR");
    TABLES.forEach(lines::add);
    fixed.forEach((from, all) -> all.forEach(to -> lines.add(node(from) + " --> " + node(to))));
    byProvider.forEach(
        (from, all) -> all.forEach(to -> lines.add(node(from) + " -. provider .-> " + node(to))));
    return String.join("\n  ", lines) + "\n";
  }

  /** {@code call} without a label is a word of Mermaid's. */
  private static String node(String file) {
    return file.equals("call") ? "call[call]" : file;
  }
}
