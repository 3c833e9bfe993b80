; What the Windows installer does besides electron-builder's own steps. It is compiled by test/packaging/installer.test.ts.

; An entry of the file manager's menu "Send to", which starts the program with the files that were chosen.
!macro customInstall
  CreateShortCut "$SENDTO\${PRODUCT_NAME}.lnk" "$INSTDIR\${APP_EXECUTABLE_FILENAME}"
!macroend

; Takes back what the installer made and what the running program asked of Windows: starting at login (and whether Windows was
; told to leave that), and opening our links. An update runs this too, and takes the program's own things from nobody.
!macro customUnInstall
  Delete "$SENDTO\${PRODUCT_NAME}.lnk"
  ${ifNot} ${isUpdated}
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "${APP_ID}"
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "${APP_ID}"
    DeleteRegKey HKCU "Software\Classes\dockercomms"
  ${endIf}
!macroend
