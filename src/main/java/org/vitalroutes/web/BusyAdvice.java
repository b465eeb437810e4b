package org.vitalroutes.web;

import org.springframework.core.task.TaskRejectedException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers 503 when all threads are busy and their queue is full. */
@RestControllerAdvice
class BusyAdvice {

  @ExceptionHandler(TaskRejectedException.class)
  @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
  void busy() {
    // The status is the answer.
  }
}
