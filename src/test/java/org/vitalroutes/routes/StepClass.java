package org.vitalroutes.routes;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Handler;

/**
 * A component in {@code steps}, as the rules see it.
 *
 * @param folder the package below {@code steps}, empty for a step that several route files use
 * @param isMarked whether methods are marked with {@link Handler}, so that a route says ref only
 * @param isHelper whether the constructor of another step takes it
 * @param methods those that a route may name: the marked ones, or else all that are not private,
 *     static, overloaded or inherited
 */
record StepClass(String folder, boolean isMarked, boolean isHelper, List<String> methods) {

  private static final String STEPS = "org.vitalroutes.steps";

  static StepClass of(Class<?> type, Set<Class<?>> taken) {
    List<Method> own =
        Stream.of(type.getDeclaredMethods())
            .filter(method -> !method.isSynthetic())
            .filter(method -> !Modifier.isPrivate(method.getModifiers()))
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .filter(method -> !isInherited(type, method))
            .toList();
    List<Method> marked =
        own.stream().filter(method -> method.isAnnotationPresent(Handler.class)).toList();
    List<String> names =
        (marked.isEmpty() ? own : marked).stream().map(Method::getName).sorted().toList();
    return new StepClass(
        type.getPackageName().substring(STEPS.length()).replaceFirst("^\\.", ""),
        !marked.isEmpty(),
        taken.contains(type),
        names.stream()
            .filter(name -> names.indexOf(name) == names.lastIndexOf(name) || !marked.isEmpty())
            .toList());
  }

  /** Whether a route names the component. */
  boolean isNamedIn(Set<String> used, String name) {
    return used.stream().anyMatch(each -> each.startsWith(name + "."));
  }

  private static boolean isInherited(Class<?> type, Method method) {
    return Stream.concat(Stream.of(type.getInterfaces()), Stream.of(type.getSuperclass()))
        .flatMap(above -> Stream.of(above.getMethods()))
        .anyMatch(
            above ->
                above.getName().equals(method.getName())
                    && above.getParameterCount() == method.getParameterCount());
  }
}
