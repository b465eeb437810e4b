package org.vitalroutes.steps;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Message;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.Route;
import org.apache.camel.spi.SynchronizationRouteAware;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.ConnectFailure;
import org.vitalroutes.accounts.StreamedJson;
import org.vitalroutes.fhir.deliver.FhirHeldException;
import org.vitalroutes.notification.NotificationRejectedException;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.web.Created;
import org.vitalroutes.web.Page;
import org.vitalroutes.web.Problem;
import org.vitalroutes.web.Redirect;

/**
 * The HTTP answers: JSON, a page, a redirect, an empty body or problem details. No header of a
 * request goes back to its caller.
 */
@Component
final class HttpAnswers {

  private static final Logger log = LoggerFactory.getLogger(HttpAnswers.class);

  /** The property of an exchange whose answer is a problem. */
  private static final String FAILED = "apiCallFailed";

  private final ObjectMapper json;
  private final CallbackUrls urls;

  HttpAnswers(ObjectMapper json, CallbackUrls urls) {
    this.json = json;
    this.urls = urls;
  }

  /**
   * Makes the body that the route leaves the answer, before its consumer sends it. An onCompletion
   * in mode BeforeConsumer would say so in YAML, but Camel 4.17 does not run it for platform-http.
   */
  void answerAtTheEnd(Exchange exchange) {
    String routeId = ExchangeHelper.getRouteId(exchange);
    exchange.getUnitOfWork().addSynchronization(new AnswerAfterRoute(routeId));
  }

  private @Nullable Object written(Message message) {
    Object answer = message.getBody();
    if (answer == null) {
      begin(message, 200);
      return null;
    }
    if (answer instanceof Redirect redirect) {
      begin(message, 302);
      message.setHeader("Location", redirect.location());
      return null;
    }
    if (answer instanceof Page page) {
      begin(message, page.status());
      message.setHeader(Exchange.CONTENT_TYPE, "text/html;charset=utf-8");
      message.setHeader("Content-Language", page.language());
      message.setHeader("Vary", "Accept-Language");
      if (page.retryAfter() != null) {
        message.setHeader("Retry-After", page.retryAfter().toSeconds());
      }
      return page.html().getBytes(UTF_8);
    }
    if (answer instanceof StreamedJson streamed) {
      begin(message, 200);
      message.setHeader(Exchange.CONTENT_TYPE, "application/json");
      return streamed.stream();
    }
    try {
      boolean created = answer instanceof Created;
      byte[] written =
          json.writeValueAsBytes(answer instanceof Created made ? made.body() : answer);
      begin(message, created ? 201 : 200);
      message.setHeader(Exchange.CONTENT_TYPE, "application/json");
      return written;
    } catch (JsonProcessingException e) {
      return write(internalError(e), message);
    }
  }

  /** Writes the problem details of a call that was refused or failed. */
  byte[] problem(@ExchangeException Exception failure, Exchange exchange) {
    exchange.setProperty(FAILED, true);
    Problem problem = problem(failure);
    if (isBrowserAtCallback(exchange)) {
      begin(exchange.getMessage(), 302);
      exchange.getMessage().setHeader("Location", urls.linkResult() + "?error=" + problem.code());
      return new byte[0];
    }
    byte[] written = write(problem, exchange.getMessage());
    Duration wait = retryAfter(failure);
    if (wait != null) {
      exchange.getMessage().setHeader("Retry-After", wait.toSeconds());
    }
    return written;
  }

  /** Answers 200; without a status, Camel answers an empty body 204, which Withings refuses. */
  void ok(Exchange exchange) {
    begin(exchange.getMessage(), 200);
    exchange.getMessage().setBody(null);
  }

  /** Refuses a notification, or answers 503 when it is not stored: Withings sends it again. */
  void refuse(@ExchangeException Exception failure, Exchange exchange) {
    int status =
        failure instanceof NotificationRejectedException rejected ? rejected.httpStatus() : 503;
    begin(exchange.getMessage(), status);
    exchange.getMessage().setBody(null);
  }

  /** A person whose state is unknown, and with it the app, is told by a page instead of JSON. */
  private static boolean isBrowserAtCallback(Exchange exchange) {
    return exchange.getFromEndpoint().getEndpointUri().contains("/oauth/callback")
        && exchange.getMessage().getHeader("Accept", "", String.class).contains("text/html");
  }

  private byte[] write(Problem problem, Message message) {
    begin(message, problem.status());
    message.setHeader(Exchange.CONTENT_TYPE, Problem.MEDIA_TYPE);
    return json.valueToTree(problem).toString().getBytes(UTF_8);
  }

  private static void begin(Message message, int status) {
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
  }

  private static Problem problem(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApiException refused) {
        return new Problem(
            refused.httpStatus(), refused.code(), String.valueOf(refused.getMessage()));
      }
      if (cause instanceof ConnectFailure failed) {
        return new Problem(400, failed.error(), "Access was not granted; start again");
      }
      if (cause instanceof ProviderRefusedException
          || cause instanceof ProviderUnauthorizedException) {
        return new Problem(400, "invalid_code", "The provider refused the code; start again");
      }
      if (cause instanceof FhirHeldException || cause instanceof BaseServerResponseException) {
        return new Problem(
            502, "fhir_server_unavailable", "The FHIR server cannot answer now; try again");
      }
      if (cause instanceof ProviderUnavailableException
          || (cause instanceof IOException && !(cause instanceof JacksonException))) {
        return new Problem(
            502, "provider_unavailable", "The provider cannot answer now; try again");
      }
      // Only JSON that was read, or is missing: JSON that could not be written is our fault.
      if (cause instanceof StreamReadException
          || cause instanceof MismatchedInputException
          || cause instanceof NoTypeConversionAvailableException) {
        return new Problem(400, "invalid_json", "The body must be a JSON object");
      }
    }
    return internalError(failure);
  }

  private static @Nullable Duration retryAfter(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApiException refused) {
        return refused.retryAfter();
      }
    }
    return null;
  }

  private static Problem internalError(Exception failure) {
    log.error("a call of the API failed: {}", failure.getClass().getName());
    return new Problem(500, "internal_error", "Something went wrong here; try again later");
  }

  private final class AnswerAfterRoute extends SynchronizationAdapter
      implements SynchronizationRouteAware {

    private final String routeId;

    AnswerAfterRoute(String routeId) {
      this.routeId = routeId;
    }

    @Override
    public SynchronizationRouteAware getRouteSynchronization() {
      return this;
    }

    @Override
    public void onBeforeRoute(Route route, Exchange exchange) {
      // Only the end counts.
    }

    @Override
    public void onAfterRoute(Route route, Exchange exchange) {
      if (route.getRouteId().equals(routeId) && exchange.getProperty(FAILED) == null) {
        exchange.getMessage().setBody(written(exchange.getMessage()));
      }
    }
  }
}
