package org.vitalroutes.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ClassUtils;

/**
 * All route files, and the settings, steps and exceptions that they may name.
 *
 * @param files the route files
 * @param settings the keys of {@code application.yaml}
 * @param steps the components in {@code steps} and below it, by bean name
 * @param exceptions simple names of our exception classes
 */
public record RouteFolder(
    List<RouteFile> files,
    Set<String> settings,
    Map<String, StepClass> steps,
    Set<String> exceptions) {

  /** Nothing, without the search for steps and exceptions. */
  public static final RouteFolder NONE = new RouteFolder(List.of(), Set.of(), Map.of(), Set.of());

  private static final String STEPS = "org.vitalroutes.steps";

  /** Those of the project. */
  static RouteFolder ofProject() {
    return of(Path.of("routes"));
  }

  /**
   * Those of a folder, with the steps and settings of this service.
   *
   * @throws RouteSyntaxException when a file is no YAML
   */
  public static RouteFolder of(Path folder) {
    return of(
        paths(folder).stream()
            .map(path -> RouteFile.of(path.getFileName().toString(), read(path)))
            .toList());
  }

  /** Some files, with the steps and settings of this service. */
  public static RouteFolder of(List<RouteFile> files) {
    return new RouteFolder(files, settingsOfService(), stepsOfService(), exceptionsOfService());
  }

  /** The route files of a folder. */
  public static List<Path> paths(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(RouteFolder::isRouteFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a file is one, by its name. */
  public static boolean isRouteFile(Path path) {
    String name = path.getFileName().toString();
    return name.endsWith(".yaml") || name.endsWith(RouteFile.JAVA);
  }

  /** What is wrong in a folder by any rule, each with its place; first files that are no YAML. */
  public static List<String> problems(Path folder) {
    return inFolder(folder, RouteFolder::problems);
  }

  /** The same for what keeps a route from running. */
  public static List<String> faults(Path folder) {
    return inFolder(folder, RouteFolder::faults);
  }

  private static List<String> inFolder(Path folder, Function<RouteFolder, List<String>> rules) {
    List<String> problems = new ArrayList<>();
    List<RouteFile> files = new ArrayList<>();
    for (Path path : paths(folder)) {
      try {
        files.add(RouteFile.of(path.getFileName().toString(), read(path)));
      } catch (RouteSyntaxException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    return problems.isEmpty() ? rules.apply(of(files)) : problems;
  }

  /** The same with some files changed or added. */
  public RouteFolder with(Collection<RouteFile> changed) {
    Map<String, RouteFile> byName = new TreeMap<>();
    files.forEach(file -> byName.put(file.name(), file));
    changed.forEach(file -> byName.put(file.name(), file));
    return new RouteFolder(List.copyOf(byName.values()), settings, steps, exceptions);
  }

  /**
   * What keeps a route from running, each with its place. A misspelt step hides what it does, so
   * nothing is concluded from a file with one.
   */
  public List<String> faults() {
    List<String> misspelt = RouteRule.SCHEMA.broken(this);
    return misspelt.isEmpty() ? broken(RouteRule::keepsFromRunning) : misspelt;
  }

  /** What breaks any rule, each with its place; only the faults when there are any. */
  public List<String> problems() {
    List<String> faults = faults();
    return faults.isEmpty() ? broken(rule -> true) : faults;
  }

  private List<String> broken(Predicate<RouteRule> wanted) {
    return Stream.of(RouteRule.values())
        .filter(wanted)
        .flatMap(rule -> rule.broken(this).stream())
        .toList();
  }

  /** The parts of all files. */
  List<RouteFile.Part> parts() {
    return files.stream().flatMap(file -> file.parts().stream()).toList();
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> settingsOfService() {
    YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
    yaml.setResources(new ClassPathResource("application.yaml"));
    return new TreeSet<>(Objects.requireNonNull(yaml.getObject()).stringPropertyNames());
  }

  private static Map<String, StepClass> stepsOfService() {
    List<? extends Class<?>> components =
        new ClassPathScanningCandidateComponentProvider(true)
            .findCandidateComponents(STEPS).stream()
                .map(found -> ClassUtils.resolveClassName(found.getBeanClassName(), null))
                .toList();
    Set<Class<?>> taken =
        components.stream()
            .flatMap(component -> Stream.of(component.getDeclaredConstructors()))
            .flatMap(constructor -> Stream.of(constructor.getParameterTypes()))
            .collect(Collectors.toSet());
    Map<String, StepClass> steps = new TreeMap<>();
    for (Class<?> component : components) {
      String name = component.getSimpleName();
      steps.put(
          Character.toLowerCase(name.charAt(0)) + name.substring(1),
          StepClass.of(component, taken));
    }
    return steps;
  }

  private static Set<String> exceptionsOfService() {
    try {
      return Stream.of(
              new PathMatchingResourcePatternResolver()
                  .getResources("classpath*:org/vitalroutes/**/*Exception.class"))
          .map(found -> String.valueOf(found.getFilename()).replace(".class", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
