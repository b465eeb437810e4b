package org.vitalroutes.steps;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.vitalroutes.routes.RouteFile;
import org.vitalroutes.routes.RouteFolder;
import org.vitalroutes.routes.RouteSyntaxException;

/**
 * Reloads the route files of a folder as they are saved, and says in a line what became of each. A
 * file that could not run is refused before its old routes are touched. Files that can run only
 * together, such as the two sides of a renamed endpoint, are loaded when the last one is saved.
 */
@Component
final class ReloadRoutes implements CamelContextConfiguration {

  private static final Logger log = LoggerFactory.getLogger("org.vitalroutes.reload");

  private static final Pattern POSITION = Pattern.compile(":\\d+:\\d+");

  /** After the message come the line of the file, a mark below it, and maybe what is not known. */
  private static final Pattern JAVA_ERROR =
      Pattern.compile("(\\w+\\.java):(\\d+): error: (.*)(?:(?:\\R.*){2}\\R\\s+symbol:\\s+(.*))?");

  private final boolean wanted;
  private final Path folder;
  private final Map<String, String> seen = new HashMap<>();
  private final Map<String, RouteFile> refused = new TreeMap<>();
  private RouteFolder running = RouteFolder.NONE;

  ReloadRoutes(
      @Value("${routes-reload}") boolean wanted,
      @Value("${routes-reload-directory}") String folder) {
    this.wanted = wanted;
    this.folder = Path.of(folder);
    if (wanted) {
      // Before Camel loads the files: what it says of one that it cannot start is long.
      RouteFolder.faults(this.folder).forEach(fault -> log.error("{}/{}", folder, fault));
    }
  }

  @Override
  public void beforeApplicationStart(CamelContext context) {
    if (!wanted) {
      return;
    }
    running = RouteFolder.of(folder);
    FileWatcherResourceReloadStrategy watcher =
        new FileWatcherResourceReloadStrategy(folder.toString());
    watcher.setFileFilter(file -> RouteFolder.isRouteFile(file.toPath()));
    watcher.setResourceReload((name, resource) -> reload(context, resource));
    try {
      context.addService(watcher);
    } catch (Exception e) {
      throw new IllegalStateException("ROUTES_RELOAD_DIRECTORY cannot be watched", e);
    }
  }

  @Override
  public void afterApplicationStart(CamelContext context) {
    // The watcher starts with the context.
  }

  private synchronized void reload(CamelContext context, Resource saved) {
    String name = String.valueOf(Path.of(saved.getLocation()).getFileName());
    try {
      String text = read(saved);
      // An editor may save in several steps, the first of them an empty file.
      if (!text.isBlank() && !text.equals(seen.put(name, text))) {
        reload(context, RouteFile.of(name, text));
      }
    } catch (RouteSyntaxException e) {
      refuse(name, List.of(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      refuse(name, List.of(name + ": cannot be read"));
    }
  }

  private void reload(CamelContext context, RouteFile file) {
    refused.put(file.name(), file);
    if (faults(refused.values()).isEmpty()) {
      load(context, List.copyOf(refused.values()));
      return;
    }
    List<String> faults = faults(List.of(file));
    if (faults.isEmpty()) {
      load(context, List.of(file));
    } else {
      refuse(file.name(), faults);
    }
  }

  /** What the files would break that is not broken already. */
  private List<String> faults(Collection<RouteFile> changed) {
    if (ToolProvider.getSystemJavaCompiler() == null
        && changed.stream().anyMatch(RouteFile::isJava)) {
      return List.of("a .java file: this Java has no compiler; run Vitalroutes with a JDK");
    }
    Set<String> before = new HashSet<>();
    running.faults().forEach(fault -> before.add(POSITION.matcher(fault).replaceFirst("")));
    return running.with(changed).faults().stream()
        .filter(fault -> !before.contains(POSITION.matcher(fault).replaceFirst("")))
        .toList();
  }

  private void load(CamelContext context, List<RouteFile> files) {
    files.forEach(file -> announce(context, file));
    try {
      update(context, files);
    } catch (Exception | LinkageError e) {
      log.debug("the reload failed", e);
      files.forEach(file -> refuse(file.name(), List.of(reason(file, e))));
      restore(context, files);
      return;
    }
    running = running.with(files);
    for (RouteFile file : files) {
      refused.remove(file.name());
      if (file.configurations() > 0) {
        log.info(
            "{}: {} configurations reloaded; a route takes them when its own file is saved",
            folder.resolve(file.name()),
            file.configurations());
      } else {
        String routes = file.routes() == 1 ? "1 route" : file.routes() + " routes";
        log.info("{}: {} reloaded", folder.resolve(file.name()), routes);
      }
    }
  }

  /** Says before a reload that it takes seconds. */
  private void announce(CamelContext context, RouteFile file) {
    int messages =
        context.getRoutes().stream()
            .filter(route -> file.owns(route.getRouteId()))
            .mapToInt(route -> context.getInflightRepository().size(route.getRouteId()))
            .sum();
    if (file.isJava()) {
      log.info("{}: is compiled", folder.resolve(file.name()));
    }
    if (messages > 0) {
      log.info(
          "{}: waits for the messages in its routes, {} s at most for each route",
          folder.resolve(file.name()),
          context.getShutdownStrategy().getTimeout());
    }
  }

  private void update(CamelContext context, List<RouteFile> files) throws Exception {
    PluginHelper.getRoutesLoader(context)
        .updateRoutes(
            files.stream()
                .map(
                    file ->
                        ResourceHelper.fromString(
                            "file:" + folder.resolve(file.name()), file.text()))
                .toList());
  }

  /** Camel takes the old routes away before it knows that the new ones start. */
  private void restore(CamelContext context, List<RouteFile> files) {
    Set<String> names = new HashSet<>();
    files.forEach(file -> names.add(file.name()));
    try {
      update(context, running.files().stream().filter(old -> names.contains(old.name())).toList());
    } catch (Exception e) {
      log.error("{}: the routes before the edit do not start either", names, e);
    }
  }

  private void refuse(String name, List<String> reasons) {
    reasons.forEach(reason -> log.error("{}/{}", folder, reason));
    log.error("{}: not reloaded; the routes before the edit go on", folder.resolve(name));
  }

  /** What Camel, or the compiler of Java, says of a failure, in a line. */
  private static String reason(RouteFile file, Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    Matcher error = JAVA_ERROR.matcher(message);
    if (error.find()) {
      String symbol = error.group(4) == null ? "" : ": " + error.group(4);
      return error.group(1) + ":" + error.group(2) + ": " + error.group(3) + symbol;
    }
    return file.name() + ": " + message.lines().findFirst().orElse("");
  }

  private static String read(Resource resource) throws IOException {
    try (InputStream text = resource.getInputStream()) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
