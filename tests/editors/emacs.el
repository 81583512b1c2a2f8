;;; Emacs as a client: emacs --batch -q -l tests/editors/emacs.el README FILE, in a workspace.
;;; Runs the lines of editors/README.md, then asks the server what an author would.
(package-initialize)
(require 'eglot)
(require 'flymake)

(defun fail (words &rest values)
  (message "FAILED: %s" (apply #'format words values))
  (kill-emacs 1))

(defun wait (words look)
  "Calls LOOK until it returns something; fails with WORDS after 20 seconds."
  (let ((end (+ (float-time) 20)) found)
    (while (and (not (setq found (funcall look))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (or found (fail "%s" words))))

(pcase-let* ((`(,readme ,file) command-line-args-left)
             (lines (with-temp-buffer
                      (insert-file-contents readme)
                      (re-search-forward "^## Emacs.*\n\n```elisp\n")
                      (buffer-substring (point) (progn (search-forward "\n```") (match-beginning 0))))))
  (setq command-line-args-left nil)
  (with-temp-buffer (insert lines) (eval-buffer))
  (find-file file)
  (html-mode)
  (eglot-ensure)
  ;; In a batch there is no command after which Emacs would connect.
  (run-hooks 'post-command-hook)
  (wait "no server was started" #'eglot-current-server)
  (flymake-mode 1)

  ;; A mistake that is typed is found.
  (goto-char (point-min))
  (search-forward "available_points")
  (replace-match "availble_points")
  (let ((place (match-beginning 0)))
    (goto-char (+ place 3))
    (eglot--signal-textDocument/didChange)
    (let ((found (wait "no diagnostic" (lambda ()
                                         (flymake-start)
                                         (flymake-diagnostics place (+ place 3))))))
      (unless (string-match-p "available_points" (flymake-diagnostic-text (car found)))
        (fail "another diagnostic: %s" (flymake-diagnostic-text (car found)))))

    ;; The quick fix takes it away.
    (let ((fix (seq-find (lambda (action) (string-match-p "Replace" (plist-get action :title)))
                         (jsonrpc-request (eglot--current-server-or-lose) :textDocument/codeAction
                                          (list :textDocument (eglot--TextDocumentIdentifier)
                                                :range (let ((here (eglot--pos-to-lsp-position)))
                                                         (list :start here :end here))
                                                :context (list :diagnostics []))))))
      (unless fix (fail "no quick fix"))
      (eglot--apply-workspace-edit (plist-get fix :edit)))
    (goto-char (+ place 3))
    (unless (looking-back "{{.*ava" (line-beginning-position)) (fail "the fix is elsewhere"))
    (eglot--signal-textDocument/didChange)

    ;; What Emacs shows of a name, where it is from, and what may stand there.
    (let* ((ask (lambda (method)
                  (jsonrpc-request (eglot--current-server-or-lose) method
                                   (eglot--TextDocumentPositionParams))))
           (hover (funcall ask :textDocument/hover))
           (definitions (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)))
           (offered (all-completions "av" (nth 2 (eglot-completion-at-point)))))
      (unless (string-match-p "anna: 480" (plist-get (plist-get hover :contents) :value))
        (fail "hover: %S" hover))
      (unless (string-match-p "recordings/" (format "%S" definitions))
        (fail "definition: %S" definitions))
      (unless (seq-some (lambda (name) (string-match-p "available_points" name)) offered)
        (fail "completion: %S" offered))))
  (set-buffer-modified-p nil)
  (message "Emacs %s, eglot: diagnostics, fix, hover, definition, completion" emacs-version)
  (ignore-errors (eglot-shutdown (eglot-current-server)))
  (kill-emacs 0))
