package org.vitalroutes.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;
import org.vitalroutes.settings.ConnectSettings;
import org.vitalroutes.settings.ServiceSettings;
import org.vitalroutes.settings.WithingsSettings;

/**
 * The pages that a person with a connect link sees, in the browser's language as far as there is a
 * file of messages for it. They need no script and load nothing.
 */
@Component
public class ConnectPages {

  /** Each has its file in {@code connect/}; the first is for everybody else. */
  private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.GERMAN);

  private static final String STYLE = "/connect/style.css";
  private static final int MOST_LOGO_BYTES = 200 * 1024;
  private static final Map<String, String> LOGO_TYPES =
      Map.of(
          "svg", "image/svg+xml",
          "png", "image/png",
          "jpg", "image/jpeg",
          "jpeg", "image/jpeg",
          "webp", "image/webp");

  /** What a person is told, by the error code of the redirect. */
  private static final Map<String, String> OUTCOMES =
      Map.of(
          "access_denied", "denied",
          "account_belongs_to_another_user", "elsewhere",
          "invalid_grant", "expired",
          "invalid_request", "expired",
          "invalid_state", "expired",
          "link_not_open", "closed",
          "provider_unavailable", "down",
          "temporarily_unavailable", "down",
          "too_many_requests", "many");

  private final ITemplateEngine templates;
  private final ConnectSettings settings;
  private final WithingsSettings withings;
  private final ServiceSettings service;
  private final Clock clock;
  private final String style;
  private final String logo;

  /**
   * Reads the logo.
   *
   * @throws IllegalArgumentException when it is no picture or too large
   */
  ConnectPages(
      ITemplateEngine templates,
      ConnectSettings settings,
      WithingsSettings withings,
      ServiceSettings service,
      Clock clock) {
    this.templates = templates;
    this.settings = settings;
    this.withings = withings;
    this.service = service;
    this.clock = clock;
    this.style = style();
    this.logo = logo(settings.pageLogo());
  }

  /** The page of a link that is open. */
  public Page link(Instant expiresAt, @Nullable String languages) {
    Locale locale = locale(languages);
    Instant now = clock.instant();
    return page(
        200,
        locale,
        "open",
        Map.of(
            "scopes", withings.scopes(),
            "until", date(LocalDate.ofInstant(expiresAt, ZoneOffset.UTC), locale),
            "since",
                date(LocalDate.ofInstant(now, ZoneOffset.UTC).minus(service.history()), locale)));
  }

  /** The page of a link that cannot be used. It tells nothing of whose it is or was. */
  public Page closed(int status, @Nullable String languages) {
    return page(status, locale(languages), "closed", Map.of());
  }

  /** The page after a connection. */
  public Page connected(@Nullable String languages) {
    return page(200, locale(languages), "connected", Map.of());
  }

  /**
   * The page after a connection that failed: why, and what to do.
   *
   * @param error an error code; one that is not known says only that it failed
   */
  public Page failed(int status, @Nullable String error, @Nullable String languages) {
    return page(
        status,
        locale(languages),
        error == null ? "failed" : OUTCOMES.getOrDefault(error, "failed"),
        Map.of());
  }

  /**
   * What these pages may load and do: their own style, and the logo, which lies in the page. The
   * form leads on to the provider, and browsers hold each redirect on the way against the policy.
   */
  String policy() {
    URI authorize = URI.create(withings.authorizeUrl());
    return "default-src 'none'; style-src '"
        + hash(style)
        + "'; img-src data:; form-action 'self' https: "
        + authorize.getScheme()
        + "://"
        + authorize.getRawAuthority()
        + "; base-uri 'none'; frame-ancestors 'none'";
  }

  private Page page(int status, Locale locale, String outcome, Map<String, Object> more) {
    Context context = new Context(locale, more);
    context.setVariable("outcome", outcome);
    context.setVariable("name", settings.pageName());
    context.setVariable("text", text(locale));
    context.setVariable("logo", logo);
    context.setVariable("style", style);
    return new Page(status, locale.getLanguage(), templates.process("connect", context), null);
  }

  private String text(Locale locale) {
    return locale.equals(Locale.GERMAN) && !settings.pageTextDe().isBlank()
        ? settings.pageTextDe()
        : settings.pageText();
  }

  private static Locale locale(@Nullable String languages) {
    try {
      Locale best =
          languages == null
              ? null
              : Locale.lookup(Locale.LanguageRange.parse(languages), LANGUAGES);
      return best == null ? LANGUAGES.get(0) : best;
    } catch (IllegalArgumentException e) {
      return LANGUAGES.get(0);
    }
  }

  private static String date(LocalDate date, Locale locale) {
    return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG).withLocale(locale).format(date);
  }

  private static String style() {
    try (InputStream file = ConnectPages.class.getResourceAsStream(STYLE)) {
      if (file == null) {
        throw new IllegalStateException("this jar has no " + STYLE);
      }
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    try {
      return "sha256-"
          + Base64.getEncoder()
              .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static String logo(String file) {
    if (file.isBlank()) {
      return "";
    }
    String type =
        LOGO_TYPES.get(file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    try {
      byte[] bytes = Files.readAllBytes(Path.of(file.replaceFirst("^file:(//)?", "")));
      if (type == null || bytes.length > MOST_LOGO_BYTES) {
        throw new IllegalArgumentException(
            "CONNECT_PAGE_LOGO must be an SVG, PNG, JPEG or WebP file of at most 200 KB");
      }
      return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException("CONNECT_PAGE_LOGO cannot be read", e);
    }
  }
}
